// Cameras, zones, teams and policies: imported as a whole, every change of a zone a new version.
import { isDeepStrictEqual } from 'node:util'
import type { Camera, CameraEntry } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import type { DispatchPolicy, Team } from '../core/team.ts'
import type { Clock } from '../core/time.ts'
import { type CamerasFile, type ConfigurationChecks, readCamerasFile, writeCamerasFile } from './cameras-file.ts'
import { changeConfiguration } from './configuration-change.ts'
import {
  type ConfigurationChange,
  cameraEntry,
  type Import,
  readConfiguration,
  type StoredCamera,
} from './configuration-rows.ts'
import type { Database } from './connection.ts'
import { putDispatchSettings } from './dispatch-settings.ts'
import { putCamera } from './put-camera.ts'
import { teamRow } from './records.ts'
import type { Secrets } from './secrets.ts'
import { maskSource, openSource } from './source-credentials.ts'
import { confirmView, renewView } from './view-words.ts'
import { putPeople, shiftEntry, workerEntry } from './worker-entries.ts'

export interface ConfigurationDeps {
  readonly clock: Clock
  readonly secrets: Secrets
  readonly checks?: ConfigurationChecks | undefined
}

export class Configuration {
  readonly #db: Database
  readonly #deps: ConfigurationDeps

  constructor(db: Database, deps: ConfigurationDeps) {
    this.#db = db
    this.#deps = deps
  }

  /** Rises with every change of anything here; cheap enough to be asked every second. */
  async revision(): Promise<number> {
    const row = await this.#db.selectFrom('configurationRevision').select('value').executeTakeFirstOrThrow()
    return row.value
  }

  /** All cameras with their current zones and readable credentials, by id. @throws JiemuError secret-key-invalid */
  async cameras(): Promise<readonly Camera[]> {
    const { cameras } = await readConfiguration(this.#db)
    return cameras.map(({ zones, credentials, ...camera }) => ({
      ...camera,
      source: openSource({ source: camera.source, credentials }, camera.id, this.#deps.secrets),
      zones,
    }))
  }

  teams(): Promise<readonly Team[]> {
    return this.#db.selectFrom('teams').selectAll().orderBy('id').execute()
  }

  async policies(): Promise<readonly DispatchPolicy[]> {
    const rows = await this.#db.selectFrom('policies').selectAll().orderBy('kind').orderBy('zone').execute()
    return rows.map(row => row.policy)
  }

  /**
   * Adds or changes what the YAML document lists, all of it or nothing; a camera's zones become exactly those listed.
   * What the document does not mention stays. The same document twice changes nothing.
   * @param file the document's path, for errors and for sources with relative paths
   * @returns what changed
   * @throws JiemuError config-invalid, config-unknown-key, options-invalid, kind-unknown, zone-…
   */
  async importCameras(document: string, actor: string, file = 'cameras.yaml'): Promise<readonly ConfigurationChange[]> {
    const content = readCamerasFile(document, file, this.#deps.checks)
    return this.#change(actor, step => this.#importAll(step, content, file))
  }

  /** The YAML document that importing would change nothing by. @param options.withSecrets else passwords are `***` */
  async exportCameras(options: { readonly withSecrets?: boolean } = {}): Promise<string> {
    const { cameras, workers, shifts, ...rest } = await readConfiguration(this.#db)
    const shown = cameras.map(camera =>
      cameraEntry(camera, options.withSecrets ? openSource(camera, camera.id, this.#deps.secrets) : maskSource(camera)),
    )
    return writeCamerasFile({
      ...rest,
      cameras: shown,
      workers: workers.map(workerEntry),
      shifts: shifts.map(shiftEntry),
    })
  }

  /** What the camera shows now is its view. @param key the same one twice renews once @throws JiemuError not-found */
  async renewView(id: CameraId, actor: string, key?: string): Promise<void> {
    await this.#change(actor, step => renewView(step, id, key))
  }

  /** Its zones fit again. @param pending the occasion, which the caller knows to wait @throws JiemuError not-found */
  async confirmView(id: CameraId, pending: string, actor: string): Promise<void> {
    await this.#change(actor, step => confirmView(step, id, pending))
  }

  #change(actor: string, work: (step: Import) => Promise<void>): Promise<readonly ConfigurationChange[]> {
    return changeConfiguration(this.#db, this.#deps.clock, actor, work)
  }

  async #importAll(step: Import, content: CamerasFile, file: string): Promise<void> {
    const stored = await readConfiguration(step.trx)
    const storedCameras = new Map<string, StoredCamera>(stored.cameras.map(camera => [camera.id, camera]))
    const wanted = new Map<string, CameraEntry>(content.cameras.map(camera => [camera.id, camera]))
    for (const { camera: id, ...zone } of content.zones) {
      const known = storedCameras.get(id)
      const camera = wanted.get(id) ?? (known && cameraEntry(known, maskSource(known)))
      if (!camera) throw new JiemuError('zone-camera-unknown', { where: `zone ${zone.id}`, camera: id })
      wanted.set(id, { ...camera, zones: [...camera.zones.filter(other => other.id !== zone.id), zone] })
    }
    for (const camera of wanted.values())
      await putCamera(step, this.#deps.secrets, camera, storedCameras.get(camera.id), file)
    for (const team of content.teams) await putTeam(step, team, stored.teams)
    await putPeople(step, content, { ...stored, teams: [...stored.teams, ...content.teams] }, file)
    for (const policy of content.policies) {
      const [camera = ''] = policy.zone?.split('/') ?? []
      if (policy.zone && !wanted.has(camera) && !storedCameras.has(camera)) {
        throw new JiemuError('zone-camera-unknown', { where: `policy ${policy.kind} ${policy.zone}`, camera })
      }
      await putPolicy(step, policy, stored.policies)
    }
    await putDispatchSettings(step, content, stored.settings)
  }
}

async function putTeam(step: Import, team: Team, stored: readonly Team[]): Promise<void> {
  const before = stored.find(other => other.id === team.id)
  if (isDeepStrictEqual(before, team)) return
  const row = teamRow(team)
  await step.trx
    .insertInto('teams')
    .values(row)
    .onConflict(conflict => conflict.column('id').doUpdateSet(row))
    .execute()
  step.changes.push({ event: before ? 'changed' : 'added', what: 'team', subject: team.id })
}

async function putPolicy(step: Import, policy: DispatchPolicy, stored: readonly DispatchPolicy[]): Promise<void> {
  const before = stored.find(other => other.kind === policy.kind && other.zone === policy.zone)
  if (isDeepStrictEqual(before, policy)) return
  const row = { kind: policy.kind, zone: policy.zone ?? '', policy: JSON.stringify(policy) }
  await step.trx
    .insertInto('policies')
    .values(row)
    .onConflict(conflict => conflict.columns(['kind', 'zone']).doUpdateSet({ policy: row.policy }))
    .execute()
  const subject = policy.zone ? `${policy.kind} ${policy.zone}` : policy.kind
  step.changes.push({ event: before ? 'changed' : 'added', what: 'policy', subject })
}
