// What the memory store knows before an observation, and what its mutes hold back.
import type { Fingerprint } from '../../core/ids.ts'
import type { Incident } from '../../core/incident.ts'
import type { Mute } from '../../core/mute.ts'
import { type DispatchPolicy, defaultPolicy } from '../../core/team.ts'
import type { DispatchTransaction, Seen } from '../store-port.ts'
import { SCOPE } from './examples.ts'

/** Not rolled back with the rest. */
export interface MemoryMutes {
  readonly mutes: Pick<Mute, 'id' | 'kind' | 'cameraId' | 'zoneId' | 'fromAt' | 'untilAt'>[]
  readonly held: Map<Fingerprint, number>
}

export function memoryKnown(
  incidents: ReadonlyMap<string, Incident>,
  policy: Partial<DispatchPolicy>,
  { mutes, held }: MemoryMutes = { mutes: [], held: new Map() },
): Pick<DispatchTransaction, 'knownBefore' | 'noteHeld'> {
  const fits = (seen: Seen) => (mute: MemoryMutes['mutes'][number]) =>
    mute.fromAt <= seen.at &&
    mute.untilAt > seen.at &&
    (['kind', 'cameraId', 'zoneId'] as const).every(part => mute[part] === null || mute[part] === seen[part])
  return {
    knownBefore: async seen => ({
      latest: [...incidents.values()]
        .filter(incident => incident.fingerprint === seen.fingerprint)
        .sort((one, other) => (other.clearedAt ?? Infinity) - (one.clearedAt ?? Infinity))[0],
      policy: { ...defaultPolicy(seen.kind), ...policy },
      scope: SCOPE,
      mute: mutes.find(fits(seen))?.id,
    }),
    async noteHeld(_mute, fingerprint, at) {
      held.set(fingerprint, at)
    },
  }
}
