// The settings: what is refused, what wins, what is hidden.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { configSchema, loadConfig, masked } from './config.ts'
import { JiemuError } from './core/errors.ts'

function written(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'jiemu-config-')), 'jiemu.yaml')
  writeFileSync(file, text)
  return file
}

function refusal(text: string): string {
  try {
    loadConfig(written(text), {})
  } catch (error) {
    if (error instanceof JiemuError) return `${error.code}: ${error.message.replace(/^.*?jiemu\.yaml: /, '')}`
    throw error
  }
  return 'accepted'
}

test('config.example.yaml equals the built-in defaults', () => {
  const example = parse(readFileSync(join(import.meta.dirname, 'config.example.yaml'), 'utf8'))
  expect(configSchema.parse(example)).toEqual(configSchema.parse({}))
  expect(Object.keys(example)).toEqual(Object.keys(configSchema.shape))
})

test.each([
  ['lisen: {}', 'config-unknown-key: unknown key lisen; the nearest known name is "listen"'],
  ['listen: { prot: 1 }', 'config-unknown-key: unknown key listen.prot; the nearest known name is "port"'],
  ['listen: { port: 70000 }', 'config-invalid: listen.port: Too big: expected number to be <=65535'],
  [
    'detectionLog: { keep: soon }',
    'config-invalid: detectionLog.keep: expected a duration such as "30s", "7m" or "1h30m"',
  ],
  [
    'shards: [',
    'config-invalid: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 10',
  ],
  [
    'auth: { tokens: [{ name: a, role: king, sha256: "00" }] }',
    'config-invalid: auth.tokens.0.role: Invalid option: expected one of "admin"|"operator"|"supervisor"|"team-leader"|"worker"|"engineer"|"viewer"',
  ],
  ['retention: { evidence: 29d }', 'retention-below-floor: retention of evidence: 29d is below the floor of 30d'],
  ['retention: { register: 30d }', 'retention-below-floor: retention of register: 30d is below the floor of 365d'],
  ['detectionLog: { keep: 1s }', 'retention-below-floor: retention of detections: 1s is below the floor of 1h'],
  [
    'retention: { lowDisk: 80% }',
    'config-invalid: retention.lowDisk: expected a share up to "50%", or "500MB", "2GB", "1TB"',
  ],
  ['redisUrl: "redis://:hush@[bad"', 'config-invalid: redisUrl: expected redis://… or rediss://…'],
  ['redisUrl: "http://:hush@host"', 'config-invalid: redisUrl: expected redis://… or rediss://…'],
])('refuses %s', (text, expected) => {
  expect(refusal(text)).toBe(expected)
})

test('a missing file is said to be missing', () => {
  expect(() => loadConfig('/nowhere/jiemu.yaml', {})).toThrow('/nowhere/jiemu.yaml: cannot be read (ENOENT)')
})

test('the environment wins over the file, and the command line over both', () => {
  const file = written('databaseUrl: postgres://file\nlisten: { port: 1 }\ndataDir: here')
  const config = loadConfig(file, { DATABASE_URL: 'postgres://env' }, { port: 2, dataDir: '/there' })
  expect(config).toMatchObject({ databaseUrl: 'postgres://env', listen: { port: 2 }, dataDir: '/there' })
})

test('certificates that the settings name lie beside them', () => {
  const file = written(
    'listen: { tls: { cert: a.pem, key: /b.pem } }\n' +
      'notifiers: [{ kind: webhook, url: "https://h", ca: c.pem }, { kind: mqtt, url: "mqtts://h", ca: /d.pem }]',
  )
  const { listen, notifiers } = loadConfig(file, {})
  expect(listen.tls).toEqual({ cert: join(file, '..', 'a.pem'), key: '/b.pem' })
  expect(notifiers.map(({ ca }) => ca)).toEqual([join(file, '..', 'c.pem'), '/d.pem'])
})

test('a broken REDIS_URL is named, and not repeated', () => {
  const load = () => loadConfig(undefined, { REDIS_URL: 'redis://:hush@h:99999' })
  expect(load).toThrow('REDIS_URL: redisUrl: expected redis://… or rediss://…')
})

test('what is printed holds no secret', () => {
  const file = written('notifiers: [{ kind: webhook, url: "https://h/x", secret: hush }]')
  const config = loadConfig(file, { DATABASE_URL: 'postgres://u:hush@h/db', REDIS_URL: 'redis://:hush@h' })
  expect(JSON.stringify(masked(config))).not.toContain('hush')
})
