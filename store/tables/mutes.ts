// The tables of mutes, and of the breaches that each held back.
import type { Fingerprint } from '../../core/ids.ts'
import type { Mute, MuteId } from '../../core/mute.ts'
import type { EpochMs } from '../../core/time.ts'

export interface MuteTables {
  readonly mutes: Omit<Mute, 'held' | 'lastHeldAt'> & {
    /** The same key of the same person twice is one mute. */
    readonly key: string
  }
  readonly muteHolds: {
    readonly muteId: MuteId
    readonly fingerprint: Fingerprint
    readonly firstAt: EpochMs
    readonly lastAt: EpochMs
  }
}
