// What the API needs to set up cameras and zones: forms of the rules, changes one by one, and what is tried before saving.
import type { CameraEntry, ZoneEntry, ZoneVersion } from '../core/camera.ts'
import type { GivenSource } from '../core/camera-source.ts'
import type { CameraId, ZoneId } from '../core/ids.ts'

/** A rule that a zone may have, as a form asks for its options. */
export interface RuleForm {
  readonly kind: ZoneEntry['rule']
  /** One sentence, with its Chinese name first. */
  readonly summary: string
  /** JSON schema, with defaults and help texts. */
  readonly options: Readonly<Record<string, unknown>>
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** What is left out stays as it is. */
export interface CameraChange
  extends Loose<Pick<CameraEntry, 'name' | 'street' | 'grid' | 'sampling' | 'generated' | 'health'>> {
  readonly position?: CameraEntry['position'] | null | undefined
  readonly source?: GivenSource | undefined
}

export type NewCamera = Omit<CameraChange, 'name' | 'street' | 'grid' | 'source'> &
  Pick<CameraEntry, 'id' | 'name' | 'street' | 'grid'> & { readonly source: GivenSource }

/** Every change records its actor; `base` is the version that somebody saw. */
export interface CameraChanges {
  /** @throws JiemuError id-taken, source-refused, options-invalid */
  addCamera(camera: NewCamera, actor: string): Promise<void>
  /** @throws JiemuError not-found, version-stale, login-needed, source-refused, options-invalid */
  changeCamera(id: CameraId, change: CameraChange, base: number | null, actor: string): Promise<void>
  /** @throws JiemuError not-found */
  removeCamera(id: CameraId, actor: string): Promise<void>
  source(id: CameraId): Promise<{
    readonly kind: string
    readonly address: string | null
    readonly transport: 'tcp' | 'udp'
    readonly hasLogin: boolean
  }>
  /** @throws JiemuError id-taken, not-found, version-stale, zone-…, options-invalid */
  putZone(id: CameraId, zone: ZoneEntry, base: number | null, actor: string): Promise<ZoneVersion>
  retireZone(id: CameraId, zoneId: ZoneId, base: number, actor: string): Promise<ZoneVersion>
  restoreZone(id: CameraId, zoneId: ZoneId, version: number, base: number | null, actor: string): Promise<ZoneVersion>
  /** Of all zones that the camera has or had, the newest first. */
  zoneVersions(id: CameraId): Promise<readonly ZoneVersion[]>
}
