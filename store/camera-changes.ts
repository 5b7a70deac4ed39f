// One camera or zone changed by a person: as an import would, but only where nobody else has changed it meanwhile.
import {
  type CameraEntry,
  cameraSchema,
  checkPolygon,
  HEALTH_ZONE,
  ownPlace,
  type ZoneEntry,
  type ZoneVersion,
} from '../core/camera.ts'
import { type GivenSource, joinSource, splitLogin } from '../core/camera-source.ts'
import { JiemuError, redact } from '../core/errors.ts'
import type { CameraId, ZoneId } from '../core/ids.ts'
import type { Clock } from '../core/time.ts'
import type { ConfigurationChecks } from './cameras-file.ts'
import { changeConfiguration } from './configuration-change.ts'
import { cameraEntry, type Import, readConfiguration, type StoredCamera, zoneEntry } from './configuration-rows.ts'
import type { Database } from './connection.ts'
import { openable, putCamera } from './put-camera.ts'
import type { Secrets } from './secrets.ts'
import { maskSource } from './source-credentials.ts'

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** What may be said of a camera; what is left out stays as it is. */
export interface CameraChange
  extends Loose<Pick<CameraEntry, 'name' | 'street' | 'grid' | 'sampling' | 'generated' | 'health'>> {
  readonly position?: CameraEntry['position'] | null | undefined
  readonly source?: GivenSource | undefined
}

export type NewCamera = Omit<CameraChange, 'name' | 'street' | 'grid' | 'source'> &
  Pick<CameraEntry, 'id' | 'name' | 'street' | 'grid'> & { readonly source: GivenSource }

export interface CameraChangesDeps {
  readonly clock: Clock
  readonly secrets: Secrets
  readonly checks?: ConfigurationChecks | undefined
}

/** How many versions of a camera's zones are told. */
const MOST_VERSIONS = 500

export class CameraChanges {
  readonly #db: Database
  readonly #deps: CameraChangesDeps

  constructor(db: Database, deps: CameraChangesDeps) {
    this.#db = db
    this.#deps = deps
  }

  /** @throws JiemuError id-taken, source-refused, options-invalid */
  async addCamera({ id, source, ...entry }: NewCamera, actor: string): Promise<void> {
    const where = `camera ${id}`
    const { position, ...rest } = entry
    const parsed = {
      ...cameraSchema.omit({ position: true }).parse({ id, source: joinSource(source, undefined, where), ...rest }),
    }
    const camera: CameraEntry = { ...parsed, ...(position && { position }) }
    this.#check(camera)
    await this.#change(actor, async step => {
      if (await stored(step, id)) throw new JiemuError('id-taken', { what: 'camera', id })
      await putCamera(step, this.#deps.secrets, camera, undefined, where)
    })
  }

  /** @param base the camera's version as it was seen; null where that does not matter @throws JiemuError not-found, version-stale, … */
  async changeCamera(id: CameraId, change: CameraChange, base: number | null, actor: string): Promise<void> {
    const where = `camera ${id}`
    await this.#change(actor, async step => {
      const before = await this.#fresh(step, id, base)
      const { source: given, position, ...rest } = change
      const address = openable(before, this.#deps.secrets)?.url
      const source = given
        ? joinSource(given, typeof address === 'string' ? address : undefined, where)
        : maskSource(before)
      const { position: was, ...entry } = cameraEntry(before, source)
      const place = position === undefined ? was : position
      const camera: CameraEntry = { ...entry, ...defined(rest), ...(place && { position: place }) }
      if (given) this.#check(camera)
      else if (camera.health) this.#deps.checks?.rule('camera-health', camera.health, `${where}: health`)
      await putCamera(step, this.#deps.secrets, camera, before, where)
    })
  }

  /** Its zones' versions are kept, retired. @throws JiemuError not-found */
  async removeCamera(id: CameraId, actor: string): Promise<void> {
    await this.#change(actor, async step => {
      const { numDeletedRows } = await step.trx.deleteFrom('cameras').where('id', '=', id).executeTakeFirst()
      if (numDeletedRows === 0n) throw new JiemuError('not-found', { what: 'camera', id })
      await step.trx
        .updateTable('zones')
        .set({ retiredAt: step.at })
        .where('cameraId', '=', id)
        .where('retiredAt', 'is', null)
        .execute()
      await step.trx.deleteFrom('referenceViews').where('cameraId', '=', id).execute()
      step.changes.push({ event: 'removed', what: 'camera', subject: id })
    })
  }

  /** Where its stream is, without what opens it. @throws JiemuError not-found */
  async source(id: CameraId) {
    const { source, credentials } = await this.#camera(id)
    const { url, transport } = source
    return {
      kind: source.kind,
      address: typeof url === 'string' ? redact(splitLogin(url).bare) : null,
      transport: transport === 'udp' ? ('udp' as const) : ('tcp' as const),
      hasLogin: Object.keys(credentials).length > 0,
    }
  }

  /** To be tried with what is stored of the camera. @throws JiemuError not-found, login-needed, source-refused */
  async sourceWith(id: CameraId, given: GivenSource | undefined) {
    const camera = await this.#camera(id)
    const source = openable(camera, this.#deps.secrets) ?? camera.source
    const url = typeof source.url === 'string' ? source.url : undefined
    return given ? joinSource(given, url, `camera ${id}`) : source
  }

  /**
   * Adds a zone, or gives it its next version.
   * @param base the version that it is changed from; null for one that is not there
   * @throws JiemuError not-found, id-taken, version-stale, zone-…, options-invalid
   */
  async putZone(id: CameraId, zone: ZoneEntry, base: number | null, actor: string): Promise<ZoneVersion> {
    this.#checkZone(id, zone)
    await this.#change(actor, async step => {
      const before = await this.#fresh(step, id, null)
      const known = before.zones.find(other => other.id === zone.id)
      if (known && base === null) throw new JiemuError('id-taken', { what: 'zone', id: zone.id })
      if (!known && base !== null) throw new JiemuError('not-found', { what: 'zone', id: zone.id })
      if (known && known.version !== base) throw new JiemuError('version-stale', { what: 'zone', id: zone.id })
      const entry = cameraEntry(before, maskSource(before))
      const zones = known ? entry.zones.map(other => (other.id === zone.id ? zone : other)) : [...entry.zones, zone]
      await putCamera(step, this.#deps.secrets, { ...entry, zones }, before, `camera ${id}`)
    })
    return this.#newest(id, zone.id)
  }

  /** Its versions stay, and any of them can be restored. @throws JiemuError not-found, version-stale */
  async retireZone(id: CameraId, zoneId: ZoneId, base: number, actor: string): Promise<ZoneVersion> {
    await this.#change(actor, async step => {
      const before = await this.#fresh(step, id, null)
      const known = before.zones.find(other => other.id === zoneId)
      if (!known) throw new JiemuError('not-found', { what: 'zone', id: zoneId })
      if (known.version !== base) throw new JiemuError('version-stale', { what: 'zone', id: zoneId })
      const entry = cameraEntry(before, maskSource(before))
      const zones = entry.zones.filter(other => other.id !== zoneId)
      await putCamera(step, this.#deps.secrets, { ...entry, zones }, before, `camera ${id}`)
    })
    return this.#newest(id, zoneId)
  }

  /** An old version becomes the next one; one that is the same as what holds changes nothing. @throws as putZone */
  async restoreZone(
    id: CameraId,
    zoneId: ZoneId,
    version: number,
    base: number | null,
    actor: string,
  ): Promise<ZoneVersion> {
    const [old] = await this.#versions(id, zoneId, version)
    if (!old) throw new JiemuError('not-found', { what: 'version', id: `${zoneId}/${version}` })
    return this.putZone(id, zoneEntry({ ...old, position: old.position ?? null }), base, actor)
  }

  /** Of all zones that the camera has or had, the newest first. */
  zoneVersions(id: CameraId): Promise<readonly ZoneVersion[]> {
    return this.#versions(id)
  }

  async #newest(id: CameraId, zoneId: ZoneId): Promise<ZoneVersion> {
    const [newest] = await this.#versions(id, zoneId)
    if (!newest) throw new JiemuError('not-found', { what: 'zone', id: zoneId })
    return newest
  }

  #versions(id: CameraId, zoneId?: ZoneId, version?: number): Promise<readonly ZoneVersion[]> {
    return this.#db
      .selectFrom('zones')
      .selectAll()
      .where('cameraId', '=', id)
      .$if(zoneId !== undefined, query => query.where('id', '=', zoneId ?? ('' as ZoneId)))
      .$if(version !== undefined, query => query.where('version', '=', version ?? 0))
      .orderBy('createdAt', 'desc')
      .orderBy('version', 'desc')
      .orderBy('id')
      .limit(MOST_VERSIONS)
      .execute()
  }

  #change(actor: string, work: (step: Import) => Promise<void>): Promise<unknown> {
    return changeConfiguration(this.#db, this.#deps.clock, actor, work)
  }

  async #camera(id: CameraId): Promise<StoredCamera> {
    const found = (await readConfiguration(this.#db)).cameras.find(camera => camera.id === id)
    if (!found) throw new JiemuError('not-found', { what: 'camera', id })
    return found
  }

  async #fresh(step: Import, id: CameraId, base: number | null): Promise<StoredCamera> {
    const found = await stored(step, id)
    if (!found) throw new JiemuError('not-found', { what: 'camera', id })
    if (base !== null && found.version !== base) throw new JiemuError('version-stale', { what: 'camera', id })
    return found
  }

  #check(camera: CameraEntry): void {
    const { kind, ...options } = camera.source
    const where = `camera ${camera.id}`
    this.#deps.checks?.source(kind, options, where)
    if (camera.health) this.#deps.checks?.rule('camera-health', camera.health, `${where}: health`)
  }

  #checkZone(id: CameraId, zone: ZoneEntry): void {
    const where = `zone ${ownPlace(id, zone.id)}`
    if (zone.id === HEALTH_ZONE) {
      throw new JiemuError('options-invalid', { where, problem: 'this id stands for the whole camera' })
    }
    checkPolygon(where, zone.polygon)
    this.#deps.checks?.rule(zone.rule, zone.options, where)
  }
}

async function stored({ trx }: Import, id: CameraId): Promise<StoredCamera | undefined> {
  return (await readConfiguration(trx)).cameras.find(camera => camera.id === id)
}

/** Without the fields that say nothing. */
function defined<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
