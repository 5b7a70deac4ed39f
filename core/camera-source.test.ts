// An address and its login: joined to be used, and never sent to another host than they were stored for.
import { expect, test } from 'vitest'
import { type GivenSource, joinSource, splitLogin } from './camera-source.ts'

const STORED = 'rtsp://root:p%40ss@10.0.0.7:554/live'

test.each<[string, GivenSource, string | undefined, string]>([
  [
    'escapes what a login holds',
    { url: 'rtsp://h/a', login: { user: 'a:b', password: '@/#?' } },
    undefined,
    'rtsp://a%3Ab:%40%2F%23%3F@h/a',
  ],
  ['takes a login that is written in the address', { url: 'rtsp://u:p@h/a' }, undefined, 'rtsp://u:p@h/a'],
  [
    'takes the given login before the written one',
    { url: 'rtsp://u:p@h/a', login: { user: 'x', password: 'y' } },
    undefined,
    'rtsp://x:y@h/a',
  ],
  [
    'keeps the stored login for another path of its host',
    { url: 'rtsp://10.0.0.7:554/sub' },
    STORED,
    'rtsp://root:p%40ss@10.0.0.7:554/sub',
  ],
  [
    'forgets the stored login where there is none any more',
    { url: 'rtsp://10.0.0.7:554/live', login: null },
    STORED,
    'rtsp://10.0.0.7:554/live',
  ],
])('%s', (_, given, stored, url) => {
  expect(joinSource(given, stored, 'camera gate')).toEqual({ kind: 'rtsp', url })
})

test.each(['rtsp://10.0.0.8:554/live', 'rtsp://10.0.0.7:555/live', 'rtsp://10.0.0.7:554@evil/live'])(
  'does not send the stored login to %s',
  url => {
    const joined = () => joinSource({ url }, STORED, 'camera gate').url
    if (url.includes('@')) expect(joined()).not.toContain('p%40ss')
    else expect(joined).toThrow(expect.objectContaining({ code: 'login-needed' }))
  },
)

test.each(['file:///etc/passwd', 'http://h/a', 'rtsp:///a', '/dev/video0', 'rtsp://h/a b', 'concat:rtsp://h/a'])(
  'refuses %s',
  url => {
    expect(() => joinSource({ url }, undefined, 'camera gate')).toThrow(
      expect.objectContaining({ code: 'source-refused' }),
    )
  },
)

test('takes an address apart at the last @, as people forget to escape passwords', () => {
  expect(splitLogin('rtsp://a:p@ss/w@h/live')).toEqual({ bare: 'rtsp://h/live', login: 'a:p@ss/w' })
})
