// Secrets are hidden before anything can read them.
import { expect, test } from 'vitest'
import { JiemuError, redact, toJiemuError } from './errors.ts'

test.each([
  ['rtsp://admin:pa@ss@10.0.0.1/live', 'rtsp://***@10.0.0.1/live'],
  ['postgres://user:secret@db:5432/jiemu', 'postgres://***@db:5432/jiemu'],
  ['open rtsp://10.0.0.1/live?user=admin&password=x failed', 'open rtsp://10.0.0.1/live?*** failed'],
  ['rtsp://admin:p/a?s#s@10.0.0.1/live', 'rtsp://***@10.0.0.1/live'],
  ['{"url":"rtsp://u:p@h/x","mail":"a@b.example"}', '{"url":"rtsp://***@h/x","mail":"a@b.example"}'],
  ['a.mp4 and b@c.example stay', 'a.mp4 and b@c.example stay'],
])('redacts %s', (text, expected) => {
  expect(redact(text)).toBe(expected)
})

test('an error carries no secret, neither in its message nor in its details', () => {
  const error = new JiemuError('source-unreachable', { source: 'rtsp://u:topsecret@h/x', problem: 'refused' })
  expect(JSON.stringify([error.message, error.detail, error.hint])).not.toContain('topsecret')
  expect(error.message).toBe('rtsp://***@h/x: cannot be reached (refused)')
})

test('an error of another origin gets a code once', () => {
  const first = toJiemuError(new Error('boom'))
  expect(first.code).toBe('unexpected')
  expect(toJiemuError(first, 'disk-full')).toBe(first)
})
