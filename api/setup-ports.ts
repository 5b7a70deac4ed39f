// What the API needs to set up cameras and zones: forms of the rules, changes one by one, and what is tried before saving.
import type { CameraEntry, ZoneEntry, ZoneVersion } from '../core/camera.ts'
import type { AnySource, GivenSource, Login } from '../core/camera-source.ts'
import type { Problem } from '../core/health.ts'
import type { CameraId, ZoneId } from '../core/ids.ts'
import type { FoundCamera, StreamProfile } from '../core/onvif-camera.ts'
import type { SeenFrame } from '../core/seen-frame.ts'
import type { SourceReport } from '../core/source-report.ts'
import type { EpochMs, TimeSpan } from '../core/time.ts'
import type { TrialResult } from '../core/trial.ts'

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

/** A zone as it would be, to be tried. */
export interface TrialZone extends Pick<ZoneEntry, 'rule' | 'polygon' | 'options'> {
  /** The one that it would replace; null for a new one. */
  readonly zoneId: ZoneId | null
}

/** A clip that is being tried, or was. */
export interface ClipTrial {
  readonly id: string
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  /** 0…1 */
  readonly progress: number
  readonly startAt: EpochMs
  readonly result: TrialResult | null
  readonly problem: Problem | null
}

/** What is tried before anything is saved; nothing of it is remembered. */
export interface Trials {
  test(source: AnySource): Promise<SourceReport>
  /** The source of a camera, with another address or as it is. @throws JiemuError not-found, login-needed, source-refused */
  sourceWith(id: CameraId, given: GivenSource | undefined): Promise<AnySource>
  /** @throws JiemuError discovery-failed, errand-busy */
  discover(): Promise<readonly FoundCamera[]>
  /** @throws JiemuError source-unauthorised, source-unreachable */
  profiles(address: string, login: Login | null): Promise<readonly StreamProfile[]>
  /** @throws JiemuError zone-…, options-invalid */
  onLog(id: CameraId, zone: TrialZone, span: TimeSpan): Promise<TrialResult>
  /** Takes the clip in, and goes on by itself. @throws JiemuError clip-refused, errand-busy, disk-below-floor */
  onClip(id: CameraId, zone: TrialZone, clip: AsyncIterable<Uint8Array>, startAt: EpochMs): Promise<ClipTrial>
  clip(id: CameraId, trial: string): ClipTrial | undefined
  cancelClip(id: CameraId, trial: string): void
}

export interface LiveScenes {
  /** Asks for it from now on, too. @returns null before the camera's shard has answered */
  newest(id: CameraId): SeenFrame | null
}
