// The process's settings: where it listens and keeps its things. Cameras, zones, teams and policies are rows of the store.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { listenSchema } from './api/listen.ts'
import { mapSchema } from './api/map-settings.ts'
import { open311Schema } from './api/open311/keys.ts'
import { singleSignOnSchema } from './api/single-sign-on.ts'
import { tokenSchema } from './api/tokens.ts'
import { cityCodesSchema } from './core/city-codes.ts'
import { JiemuError } from './core/errors.ts'
import { standingsSchema } from './core/standing.ts'
import { parseStrict } from './core/strict.ts'
import { duration, formatDuration } from './core/time.ts'
import { assignmentSchema } from './core/worker.ts'
import { outgoingSchema } from './dispatch/notifiers/address-guard.ts'
import { destinationSchema } from './dispatch/notifiers/destinations.ts'
import { addedModels } from './models/manifest.ts'
import { wantedRoom } from './store/retention/free-space.ts'
import { checkFloors, RETENTION_RULES, type RecordName } from './store/retention/rules.ts'
import type { Networks } from './watch/detectors.ts'

const kept = (record: RecordName): string => formatDuration(RETENTION_RULES[record].keepMs)

export const configSchema = z.strictObject({
  listen: listenSchema.prefault({}),
  auth: z
    .strictObject({
      tokens: z.array(tokenSchema).default([]),
      session: z
        .strictObject({
          idle: duration.prefault('12h').describe('without any request; an open page asks every few seconds'),
          longest: duration.prefault('7d'),
        })
        .prefault({})
        .describe('for how long somebody stays signed in'),
      oidc: singleSignOnSchema.nullable().default(null).describe('single sign-on by OpenID Connect; needs publicUrl'),
    })
    .prefault({}),
  dataDir: z.string().default('data').describe('database, evidence, detection log and key'),
  databaseUrl: z.string().nullable().default(null).describe('a PostgreSQL server; DATABASE_URL wins; embedded if null'),
  redisUrl: z.string().nullable().default(null).describe('moves the queue to Redis; REDIS_URL wins'),
  shards: z.number().int().min(0).max(64).default(0).describe('child processes for the cameras; 0: one per core'),
  shardMegabytes: z
    .number()
    .int()
    .min(64)
    .nullable()
    .default(null)
    .describe('of memory; a shard that holds more for a while is begun anew; 512 and 48 for each camera if null'),
  model: z.string().default('street-objects').describe('the network that sees people and vehicles, by name'),
  conditionModel: z
    .string()
    .default('street-condition')
    .describe('the network that sees bins and litter, by name; `jiemu models list` lists both'),
  clips: z
    .strictObject({
      preRoll: duration
        .prefault('6s')
        .describe('of video from before an incident; each camera keeps so much in memory'),
      postRoll: duration.prefault('4s'),
      ringMegabytes: z
        .number()
        .int()
        .min(1)
        .max(256)
        .default(12)
        .describe('of memory, at most, for each camera’s last seconds'),
    })
    .prefault({})
    .describe('video of incidents, as the camera sent it'),
  sampling: z
    .strictObject({
      thrifty: z
        .boolean()
        .default(true)
        .describe(
          'no network looks at what has not changed since it last did, nor at key frames that no rule needs yet; at every one if false',
        ),
      attentiveShare: z
        .number()
        .min(0)
        .max(1)
        .default(0.1)
        .describe(
          'of a shard’s cameras, those that may be decoded in full at once for a moment that matters, each of which then costs ten; one always may',
        ),
    })
    .prefault({}),
  detectionLog: z.strictObject({ keep: duration.prefault('3d') }).prefault({}),
  retention: z
    .strictObject({
      evidence: duration.prefault(kept('evidence')).describe('pictures of incidents and jobs'),
      provisional: duration.prefault(kept('provisional')).describe('pictures that no incident took over'),
      outbox: duration.prefault(kept('outbox')).describe('work that was done, and what was sent of it'),
      register: duration.prefault(kept('register')).describe('the register of views and exports'),
      lowDisk: wantedRoom.prefault('2GB').describe('free space below which the oldest above its floor is deleted'),
    })
    .prefault({}),
  notifiers: z
    .array(destinationSchema)
    .default([{ kind: 'log', canary: false }])
    .describe('who is told of incidents and jobs; docs/kinds.md lists the kinds'),
  outgoing: outgoingSchema.prefault({}),
  assignment: assignmentSchema.prefault({}),
  standings: standingsSchema.prefault({}),
  cityCodes: cityCodesSchema
    .default({})
    .describe(
      '大类/小类 of the city’s own catalogue by kind, where they differ from the built-in ones of GB/T 30428.2',
    ),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe(
      'where people outside reach us; with it, webhooks carry links to blurred pictures, and messages in group chats links to the job',
    ),
  map: mapSchema.prefault({}),
  open311: open311Schema.nullable().default(null).describe('residents report over Open311; nobody can if null'),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') }).prefault({}),
})

/** This package, as its package.json describes it. */
export const PACKAGE = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as {
  readonly version: string
}

export type Config = z.output<typeof configSchema>

/** What the store is told to keep, and for how long. */
export function retentionOf({ retention, detectionLog }: Pick<Config, 'retention' | 'detectionLog'>) {
  const { lowDisk, ...keep } = retention
  return { keep: { ...keep, detections: detectionLog.keep }, lowDisk }
}

/** All that a shard is told of the settings. */
export const shardOf = (config: Config) => ({
  networks: networksOf(config),
  baseDir: process.cwd(),
  media: mediaOf(config),
  ...config.sampling,
  logLevel: config.log.level,
})

/** How a shard makes clips and live view. */
function mediaOf({ clips }: Pick<Config, 'clips'>) {
  const { preRoll: preRollMs, postRoll: postRollMs, ringMegabytes } = clips
  return { clips: { preRollMs, postRollMs }, ringBytes: ringMegabytes * 1_048_576 }
}

/** The networks to look with; those that were added lie in the data directory. */
export function networksOf(config: Pick<Config, 'model' | 'conditionModel' | 'dataDir'>): Networks {
  return {
    objects: config.model,
    conditions: config.conditionModel,
    directories: [addedModels(config.dataDir)],
  }
}

/** What a command line or the environment puts over the file. */
export interface Overrides {
  readonly dataDir?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly shards?: number | undefined
}

/**
 * Reads the settings: built-in defaults, then the file, then the environment, then the command line.
 * @throws JiemuError file-unreadable, config-invalid or config-unknown-key
 */
export function loadConfig(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
  overrides: Overrides = {},
): Config {
  const read = parseStrict(configSchema, file ?? 'built-in defaults', file ? readYaml(file) : {})
  const { tls } = read.listen
  const { oidc } = read.auth
  checkFloors(retentionOf(read).keep)
  return {
    ...read,
    databaseUrl: environment.DATABASE_URL || read.databaseUrl,
    redisUrl: environment.REDIS_URL ? redisUrl(environment.REDIS_URL, 'REDIS_URL') : redisUrl(read.redisUrl, file),
    dataDir: resolve(overrides.dataDir ?? read.dataDir),
    listen: {
      ...read.listen,
      host: overrides.host ?? read.listen.host,
      port: overrides.port ?? read.listen.port,
      ...(tls && { tls: { cert: beside(file, tls.cert), key: beside(file, tls.key) } }),
    },
    auth: {
      ...read.auth,
      oidc: oidc?.clientSecretFile ? { ...oidc, clientSecretFile: beside(file, oidc.clientSecretFile) } : oidc,
    },
    notifiers: read.notifiers.map(one => (typeof one.ca === 'string' ? { ...one, ca: beside(file, one.ca) } : one)),
    shards: overrides.shards ?? (read.shards === 0 ? availableParallelism() : read.shards),
  }
}

/** @throws JiemuError file-unreadable or config-invalid */
export function readYaml(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new JiemuError(
      'file-unreadable',
      { file, problem: (error as NodeJS.ErrnoException).code ?? 'unknown' },
      error,
    )
  }
  try {
    return parse(text) ?? {}
  } catch (error) {
    throw new JiemuError('config-invalid', { file, problem: (error as Error).message.split(':\n')[0] ?? '' }, error)
  }
}

/** Refused here, where nothing repeats it: the client's own error carries the whole address, with its password. */
function redisUrl(url: string | null, file = 'built-in defaults'): string | null {
  if (!url || (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol))) return url
  throw new JiemuError('config-invalid', { file, problem: 'redisUrl: expected redis://… or rediss://…' })
}

/** Files that the settings name lie beside them. */
function beside(file: string | undefined, path: string): string {
  return isAbsolute(path) || !file ? path : resolve(file, '..', path)
}

/** The settings as `jiemu check` prints them: nothing in them lets anybody in. */
export function masked(config: Config): unknown {
  return {
    ...config,
    databaseUrl: config.databaseUrl && '***',
    redisUrl: config.redisUrl && '***',
    auth: {
      ...config.auth,
      tokens: config.auth.tokens.map(token => ({ ...token, sha256: `${token.sha256.slice(0, 6)}…` })),
    },
    // Whatever is an option of a kind may be a secret.
    notifiers: config.notifiers.map(settings =>
      Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [key, key in destinationSchema.shape ? value : '***']),
      ),
    ),
  }
}
