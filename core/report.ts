// A report: what a resident tells us over Open311, or one of our own saw in the street, and the service that it asks for.
import type { IncidentId, PlaceId } from './ids.ts'
import type { RuleKind, Severity } from './observation.ts'
import type { EpochMs } from './time.ts'

export type ReportId = string & { readonly __brand: 'ReportId' }

/** One thing that residents may ask for. */
export interface Service {
  /** `service_code`; also the kind of the incident that a report of it becomes. */
  readonly code: Exclude<RuleKind, 'camera-health'>
  readonly name: string
  readonly description: string
  readonly keywords: readonly string[]
  readonly group: string
  readonly severity: Severity
}

export const SERVICES: readonly Service[] = [
  {
    code: 'illegal-parking',
    name: '违停 Illegal parking',
    description: '机动车停在禁停区域。 A vehicle stands where it must not.',
    keywords: ['违停', '占道', 'parking'],
    group: '街面秩序 Street order',
    severity: 'yellow',
  },
  {
    code: 'crowding',
    name: '人员聚集 Crowding',
    description: '人员聚集，影响通行或安全。 A crowd that blocks the way or is in danger.',
    keywords: ['聚集', '拥挤', 'crowd'],
    group: '公共安全 Public safety',
    severity: 'orange',
  },
  {
    code: 'overflowing-bin',
    name: '垃圾满溢 Overflowing bin',
    description: '垃圾桶（箱）满溢或周边有垃圾。 A bin that is full, or rubbish beside it.',
    keywords: ['垃圾', '满溢', 'bin'],
    group: '市容环卫 Street cleaning',
    severity: 'blue',
  },
  {
    code: 'dirty-road',
    name: '道路不洁 Dirty road',
    description: '路面有垃圾、污渍或抛洒物。 Litter or spillage on the road.',
    keywords: ['道路不洁', '抛洒', 'litter'],
    group: '市容环卫 Street cleaning',
    severity: 'blue',
  },
]

export function serviceOf(code: string): Service | undefined {
  return SERVICES.find(service => service.code === code)
}

/** WGS-84, degrees. */
export interface Spot {
  readonly lat: number
  readonly lon: number
}

/** What the resident says of themselves; sealed before it is stored, and shown to nobody over Open311. */
export interface Reporter {
  readonly email?: string
  readonly deviceId?: string
  readonly accountId?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly phone?: string
}

export interface Report {
  readonly id: ReportId
  readonly service: Service['code']
  readonly spot: Spot | null
  readonly address: string | null
  readonly description: string | null
  /** Their own picture's address; never fetched by us. */
  readonly mediaUrl: string | null
  /** The name of the key that it came with; null where one of our own people reported it, which Open311 tells nobody. */
  readonly via: string | null
  readonly placeId: PlaceId
  readonly incidentId: IncidentId
  readonly requestedAt: EpochMs
}
