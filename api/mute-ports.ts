// What the API needs to mute and to arm again; app.ts passes the store in by this shape.
import type { StreetId } from '../core/ids.ts'
import type { Mute, MuteId, NewMute } from '../core/mute.ts'

export interface Mutes {
  /** From now on. The same key of the same person twice is one mute. */
  add(mute: NewMute, key: string): Promise<Mute>
  find(id: MuteId): Promise<Mute | undefined>
  /**
   * @param standing those that hold now, the first to end first; else those that are over, newest first
   * @param streets only what lies in them, and what is muted everywhere
   */
  list(standing: boolean, limit: number, streets?: readonly StreetId[]): Promise<readonly Mute[]>
  /** Ends it now; one that is over stays as it was. @throws JiemuError not-found */
  end(id: MuteId, by: string, reason: string | null): Promise<Mute>
}
