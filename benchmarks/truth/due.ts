// When an alarm is due: an event's start and the time that its rule takes, as the zone's options or `health` set it.
import type { ZoneEntry } from '../../core/camera.ts'
import type { RuleKind } from '../../core/observation.ts'
import { parseDuration } from '../../core/time.ts'
import { FAULTS, type TruthFile } from './format.ts'

/** Which option of a rule sets the time between an event's start and its alarm, and what it is by default. */
const DUE_AFTER: Readonly<
  Record<
    RuleKind,
    { readonly option: string; readonly defaultMs: number; readonly share?: number; readonly everyMs?: number }
  >
> = {
  'illegal-parking': { option: 'grace', defaultMs: 420_000 },
  crowding: { option: 'hold', defaultMs: 20_000 },
  // The fourth of the six looks of that time is the earliest that may open.
  'overflowing-bin': { option: 'within', defaultMs: 180_000, share: 3 / 6, everyMs: 30_000 },
  'dirty-road': { option: 'persist', defaultMs: 600_000, everyMs: 60_000 },
  'camera-health': { option: 'after', defaultMs: 30_000 },
}

/** What sets the time from an event's start to its alarm, where that is written, and what it is else. */
export function dueAfter(
  { health }: TruthFile,
  { rule, subject }: TruthFile['events'][number],
  zone: ZoneEntry | undefined,
) {
  if (subject === undefined) {
    const { option, defaultMs, share = 1, everyMs: usually } = DUE_AFTER[rule]
    const everyMs = usually && (parseDuration(String(zone?.options.every)) ?? usually)
    return { written: zone?.options[option], defaultMs, place: `zones.${zone?.id}.options.${option}`, share, everyMs }
  }
  const { option, defaultMs } = FAULTS[subject]
  const watched = health ? health[option] : undefined
  const written = watched && typeof watched === 'object' && 'after' in watched ? watched.after : undefined
  return { written, defaultMs, place: `health.${option}.after`, share: 1, everyMs: undefined }
}
