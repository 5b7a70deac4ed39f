// The words of the domain, as docs/2-domain.md has them: kinds, states, severities, roles and what happened.
import type { Deadline } from '../../core/deadline.ts'
import type {
  EVIDENCE_MOMENTS,
  IncidentEventName,
  PhysicalState,
  RejectReason,
  ReviewState,
} from '../../core/incident.ts'
import type { EXCLUSIONS, JobEventName, JobState, REACHES } from '../../core/job.ts'
import type { RuleKind, Severity } from '../../core/observation.ts'
import type { Role } from '../../core/permission.ts'
import type { VIEWS } from '../../core/scene.ts'
import type { Colour } from '../../core/standing.ts'
import { DOMAIN_EN } from './domain-en.ts'
import { DOMAIN_ZH } from './domain-zh.ts'
import { defineWords } from './words.ts'

type Each<K extends string> = Readonly<Record<K, string>>

/** Whoever adds a kind or a state in core/ finds out here that it has no words yet. */
export interface DomainWords {
  readonly kinds: Each<RuleKind>
  /** One character each, for a mark on a map. */
  readonly marks: Each<RuleKind | 'job'>
  readonly severities: Each<Severity>
  readonly reviews: Each<ReviewState>
  readonly physicals: Each<PhysicalState>
  readonly jobs: Each<JobState>
  readonly reaches: Each<(typeof REACHES)[number]>
  readonly reasons: Each<RejectReason>
  readonly incidentEvents: Each<IncidentEventName>
  readonly jobEvents: Each<JobEventName>
  readonly exclusions: Each<(typeof EXCLUSIONS)[number]>
  readonly roles: Each<Role>
  /** What a camera shows; besides those of a picture the faults of a stream. */
  readonly views: Each<(typeof VIEWS)[number] | 'frozen' | 'moved' | 'offline' | 'corrupt' | 'clock-skew'>
  readonly alignments: Each<'moved' | 'unconfirmed'>
  readonly colours: Each<Colour>
  readonly deadlines: Each<Deadline>
  readonly streams: Each<'connecting' | 'online' | 'retrying' | 'ended' | 'failed' | 'quarantined' | 'unknown'>
  readonly moments: Each<(typeof EVIDENCE_MOMENTS)[number]>
}

export const DOMAIN = defineWords<DomainWords>({ zh: DOMAIN_ZH, en: DOMAIN_EN })

/** A word by a key that the server sent; one without a word is shown as it is. */
export const wordOf = (words: Readonly<Record<string, string>>, key: string): string => words[key] ?? key
