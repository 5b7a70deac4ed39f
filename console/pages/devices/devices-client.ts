// What the pages of cameras and zones read and ask, typed by the API's own schemas.
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { ruleFormSchema, zoneVersionSchema } from '../../../api/setup-views.ts'
import type {
  clipTrialSchema,
  countScaleSchema,
  foundSchema,
  profileSchema,
  reportSchema,
  seenSchema,
  trialSchema,
} from '../../../api/trial-views.ts'
import type { Polygon } from '../../../core/geometry.ts'
import { command, read, segment } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'

export type RuleForm = z.output<typeof ruleFormSchema>
export type ZoneRule = RuleForm['kind']
export type ZoneVersion = z.output<typeof zoneVersionSchema>
export type Seen = NonNullable<z.output<typeof seenSchema>['scene']>
export type TrialResult = z.output<typeof trialSchema>
export type ClipTrial = z.output<typeof clipTrialSchema>
export type CountScale = z.output<typeof countScaleSchema>
export type SourceReport = z.output<typeof reportSchema>
export type FoundCamera = z.output<typeof foundSchema>
export type StreamProfile = z.output<typeof profileSchema>

/** A zone as it is asked to be. */
export interface TrialZone {
  readonly zone: string | null
  readonly rule: ZoneRule
  readonly polygon: Polygon
  readonly options: Readonly<Record<string, unknown>>
}

export interface GivenSource {
  readonly url: string
  readonly transport?: 'tcp' | 'udp'
  readonly login?: { readonly user: string; readonly password: string } | null
}

const cameraPath = (id: string) => `/api/cameras/${segment(id)}`

export const deviceQueries = {
  rules: () =>
    queryOptions({
      queryKey: ['rules'],
      queryFn: ({ signal }) => read<Page<RuleForm>>('/api/rules', signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  versions: (id: string) =>
    queryOptions({
      queryKey: ['zone-versions', id],
      queryFn: ({ signal }) => read<Page<ZoneVersion>>(`${cameraPath(id)}/zone-versions`, signal),
    }),
  source: (id: string) =>
    queryOptions({
      queryKey: ['source', id],
      queryFn: ({ signal }) =>
        read<{ kind: string; address: string | null; transport: 'tcp' | 'udp'; hasLogin: boolean }>(
          `${cameraPath(id)}/source`,
          signal,
        ),
    }),
  /** While somebody looks: the shard draws a picture for as long as it is asked. */
  scene: (id: string) =>
    queryOptions({
      queryKey: ['scene', id],
      queryFn: async ({ signal }) =>
        (await read<{ readonly scene: Seen | null }>(`${cameraPath(id)}/scene`, signal)).scene,
      refetchInterval: 1_500,
      staleTime: 0,
      gcTime: 10_000,
    }),
}

export const tryZone = (id: string, zone: TrialZone): Promise<TrialResult> => command(`${cameraPath(id)}/try`, zone)

export const clipTrial = (id: string, trial: string, signal?: AbortSignal): Promise<ClipTrial> =>
  read(`${cameraPath(id)}/clip-trials/${segment(trial)}`, signal)

export const cancelClip = (id: string, trial: string): Promise<unknown> =>
  command(`${cameraPath(id)}/clip-trials/${segment(trial)}`, {}, { method: 'DELETE' })

/** @param startAt when its first picture is meant to have been taken: rules hold at some times of the day only */
export function uploadClip(
  id: string,
  zone: TrialZone,
  { file, startAt }: { readonly file: File; readonly startAt: number },
  signal: AbortSignal,
): Promise<ClipTrial> {
  const form = new FormData()
  // The zone first: it is checked before the file is read.
  form.append('zone', JSON.stringify({ ...zone, startAt }))
  form.append('file', file, 'clip.mp4')
  return command(`${cameraPath(id)}/try-clip`, form, { signal })
}

export interface SavedZone {
  readonly id: string
  /** The version that it is changed from; null for a new one. */
  readonly base: number | null
  readonly name: string
  readonly rule: ZoneRule
  readonly polygon: Polygon
  readonly options: Readonly<Record<string, unknown>>
  readonly place: string | null
  readonly position: { readonly lat: number; readonly lon: number } | null
}

export function saveZone(camera: string, { id, base, ...zone }: SavedZone): Promise<ZoneVersion> {
  const zones = `${cameraPath(camera)}/zones`
  if (base === null) return command(zones, { id, ...zone })
  return command(`${zones}/${segment(id)}`, { version: base, ...zone }, { method: 'PUT' })
}

export const retireZone = (camera: string, zone: string, version: number): Promise<ZoneVersion> =>
  command(`${cameraPath(camera)}/zones/${segment(zone)}?version=${version}`, {}, { method: 'DELETE' })

export const restoreZone = (camera: string, zone: string, version: number, base: number | null): Promise<ZoneVersion> =>
  command(`${cameraPath(camera)}/zones/${segment(zone)}/restore`, { version, base })

export function fitScale(
  camera: string,
  polygon: Polygon,
  minScore: number | undefined,
  pictures: readonly { readonly counted: number; readonly objects: Seen['objects'] }[],
): Promise<CountScale> {
  const body = { polygon, ...(minScore !== undefined && { minScore }), pictures }
  return command(`${cameraPath(camera)}/count-scale`, body)
}

export const testSource = (source: GivenSource): Promise<SourceReport> => command('/api/cameras/test', { source })
export const testCamera = (id: string, source?: GivenSource): Promise<SourceReport> =>
  command(`${cameraPath(id)}/test`, source ? { source } : {})
export const discoverCameras = (): Promise<Page<FoundCamera>> => command('/api/cameras/discover')
export const askProfiles = (address: string, login: GivenSource['login']): Promise<Page<StreamProfile>> =>
  command('/api/cameras/profiles', { address, login: login ?? null })
