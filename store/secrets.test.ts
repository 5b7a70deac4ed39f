// Secrets at rest: only the right key opens them, for the owner they were sealed for.
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSecrets, Secrets } from './secrets.ts'
import { maskSource, openSource, sealSource, unmaskSource } from './source-credentials.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jiemu-test-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const secrets = new Secrets(Buffer.alloc(32, 7))

test('opens what it sealed, under the same key and for the same owner only', () => {
  const sealed = secrets.seal('admin:密码', 'gate/url')
  expect(sealed).not.toContain('admin')
  expect(secrets.seal('admin:密码', 'gate/url')).not.toBe(sealed)
  expect(secrets.open(sealed, 'gate/url')).toBe('admin:密码')
  expect(() => secrets.open(sealed, 'other/url')).toThrow('does not open')
  expect(() => new Secrets(Buffer.alloc(32, 8)).open(sealed, 'gate/url')).toThrow('does not open')
  expect(() => secrets.open(`${sealed.slice(0, -4)}AAA=`, 'gate/url')).toThrow('does not open')
})

test('keeps its key in a file that only the owner may read, and finds it again', async () => {
  const sealed = (await openSecrets(directory, undefined)).seal('x', 'y')
  const file = join(directory, 'secret.key')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await openSecrets(directory, undefined)).open(sealed, 'y')).toBe('x')
  await chmod(file, 0o644)
  await expect(openSecrets(directory, undefined)).rejects.toMatchObject({ code: 'secret-key-invalid' })
})

test('derives a key for each purpose, the same one every time', () => {
  const one = secrets.derive('media links')
  expect(one).toHaveLength(32)
  expect(secrets.derive('media links')).toEqual(one)
  expect(secrets.derive('other')).not.toEqual(one)
})

test('refuses a key that is not 32 bytes', async () => {
  await expect(openSecrets(directory, 'c2hvcnQ=')).rejects.toMatchObject({ code: 'secret-key-invalid' })
  await expect(openSecrets(directory, Buffer.alloc(32).toString('base64'))).resolves.toBeInstanceOf(Secrets)
})

test.each([
  ['rtsp://10.0.0.9/live?channel=1', 'rtsp://10.0.0.9/live?channel=1', 'rtsp://10.0.0.9/live?channel=1'],
  ['rtsp://admin:a@b@10.0.0.9/live', 'rtsp://10.0.0.9/live', 'rtsp://***@10.0.0.9/live'],
  ['rtsp://admin@10.0.0.9/a@b', 'rtsp://b', 'rtsp://***@b'],
  ['rtsp://admin:p/a?s#s@10.0.0.9/live', 'rtsp://10.0.0.9/live', 'rtsp://***@10.0.0.9/live'],
  ['rtsps://u:$&$1@[::1]:322/x', 'rtsps://[::1]:322/x', 'rtsps://***@[::1]:322/x'],
  ['/footage/street.mp4', '/footage/street.mp4', '/footage/street.mp4'],
])('stores %s as %s and shows it as %s', (url, stored, shown) => {
  const source = { kind: 'rtsp', url, transport: 'tcp' }
  const sealed = sealSource(source, 'gate', secrets)
  expect(sealed.source.url).toBe(stored)
  expect(openSource(sealed, 'gate', secrets)).toEqual(source)
  expect(maskSource(sealed).url).toBe(shown)
  expect(unmaskSource(maskSource(sealed), source, 'gate')).toEqual(source)
})

test('refuses a masked password where none is stored', () => {
  const masked = { kind: 'rtsp', url: 'rtsp://***@10.0.0.9/live' }
  expect(() => unmaskSource(masked, undefined, 'camera gate')).toThrow('the password is masked')
})
