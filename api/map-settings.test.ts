// Which tiles the map may be told of, and what the page's policy lets in for them.
import { expect, test } from 'vitest'
import { mapSchema, tileOrigin } from './map-settings.ts'
import { pagePolicy } from './security-headers.ts'

test.each([
  ['https://tiles.internal/{z}/{x}/{y}.png', 'https://tiles.internal'],
  ['https://tiles.internal:8443/wgs84/{z}/{x}/{y}@2x.png', 'https://tiles.internal:8443'],
  ['/tiles/{z}/{x}/{y}.png', undefined],
  [null, undefined],
])('%s lets in %s', (tiles, origin) => {
  const settings = mapSchema.parse({ tiles })
  expect(tileOrigin(settings)).toBe(origin)
  expect(pagePolicy('n', tileOrigin(settings))).toContain(`img-src 'self' blob: data:${origin ? ` ${origin}` : ''};`)
})

test.each([
  'http://tiles.internal/{z}/{x}/{y}.png',
  'https://tiles.internal/{z}/{x}.png',
  'https://tiles.internal; script-src *//{z}/{x}/{y}',
  'javascript:{z}{x}{y}',
  'https:///{z}/{x}/{y}',
])('%s is refused', tiles => {
  expect(mapSchema.safeParse({ tiles }).success).toBe(false)
})
