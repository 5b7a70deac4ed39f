// A fresh look: what main asks a camera about one breach once its work was reported done, and what the camera answers.
import type { Box } from './geometry.ts'
import type { CameraId, EvidenceId, Fingerprint, IncidentId, JobId, ZoneId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** What must be seen to call a breach gone, or still there: all of a time, or so many of as many samples. */
export type Clearance = { readonly forMs: number } | { readonly k: number; readonly n: number }

/** What a look is about, as far as its rule must know. */
export interface Breach {
  readonly subject: string
  /** Where it was seen last, for a rule that knows nothing of it any more. */
  readonly boxes: readonly Box[]
}

/** Level-triggered: the same look is asked for until its answer was taken in. */
export interface LookRequest extends Breach {
  /** Of one question; asked again, it is the same look. */
  readonly id: string
  readonly incidentId: IncidentId
  readonly cameraId: CameraId
  readonly zoneId: ZoneId
  readonly fingerprint: Fingerprint
  /** On our clock; only what reaches us afterwards counts. */
  readonly askedAt: EpochMs
  readonly clear: Clearance
  /** A camera that cannot tell by then says so. */
  readonly withinMs: number
}

/** What one picture says of a breach. `blind`: dark, covered, moved, hidden by what stands before it: it counts for neither side. */
export type LookSample = 'clear' | 'there' | 'blind'
/** `blind`: the camera cannot tell, and a person has to. */
export const LOOK_VERDICTS = ['clear', 'there', 'blind'] as const
export type LookVerdict = (typeof LOOK_VERDICTS)[number]

export interface LookAnswer {
  readonly lookId: string
  readonly cameraId: CameraId
  readonly verdict: LookVerdict
  /** Since it was asked. */
  readonly samples: Readonly<Record<LookSample, number>>
  /** Of the picture that decided it, on the camera's clock, else when the camera gave up. */
  readonly at: EpochMs
  /** Whether pictures of that moment were handed in before this. */
  readonly pictured: boolean
}

/** A look as it is remembered: asked, and perhaps answered. */
export interface Look {
  readonly id: string
  readonly jobId: JobId
  /** A job that was given back is looked at again: length of its log when it was reported done. */
  readonly round: number
  readonly incidentId: IncidentId
  readonly cameraId: CameraId
  readonly zoneId: ZoneId
  readonly clear: Clearance
  readonly withinMs: number
  readonly askedAt: EpochMs
  /** Null until it is answered. */
  readonly verdict: LookVerdict | null
  readonly samples: LookAnswer['samples'] | null
  readonly at: EpochMs | null
  readonly pictured: boolean
}

/** What the looks at all of a job's incidents come to: one that is still there decides, then one that is awaited. */
export function verdictOf(looks: readonly Pick<Look, 'verdict'>[]): LookVerdict | null {
  const verdicts = looks.map(({ verdict }) => verdict)
  if (verdicts.includes('there')) return 'there'
  if (verdicts.includes(null)) return null
  return verdicts.includes('blind') ? 'blind' : 'clear'
}

/** The newest round of looks at a job, as people are shown it. */
export interface Verification {
  readonly verdict: LookVerdict | null
  readonly askedAt: EpochMs
  readonly at: EpochMs | null
  readonly looks: readonly (Pick<Look, 'incidentId' | 'cameraId' | 'zoneId' | 'verdict' | 'samples' | 'at'> & {
    readonly pictures: readonly {
      readonly view: 'wide' | 'close-up'
      readonly before: EvidenceId | null
      readonly after: EvidenceId | null
    }[]
  })[]
}
