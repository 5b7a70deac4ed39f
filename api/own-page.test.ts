// Which requests come from our own page, and which use the cookie of somebody who visits another.
import { expect, test } from 'vitest'
import { checkCsrfToken, checkOwnPage, csrfTokenOf } from './own-page.ts'

const OURS = 'https://jiemu.example'

test.each([
  ['our page, in a browser of today', { 'sec-fetch-site': 'same-origin', origin: OURS }, true],
  [
    'our page behind a proxy that rewrites the host',
    { 'sec-fetch-site': 'same-origin', origin: 'https://city.example' },
    true,
  ],
  ['our page, in an older browser', { origin: OURS }, true],
  ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
  ['a page of another site that hides its origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }, false],
  ['another host of our domain', { 'sec-fetch-site': 'same-site', origin: 'https://blog.example' }, false],
  ['an address that somebody typed', { 'sec-fetch-site': 'none' }, false],
  ['another page, in an older browser', { origin: 'https://evil.example' }, false],
  ['our host by another scheme', { origin: 'http://jiemu.example' }, false],
  ['our host at another port', { origin: 'https://jiemu.example:8443' }, false],
  ['a name that begins like ours', { origin: 'https://jiemu.example.evil.example' }, false],
  ['a sandboxed page', { origin: 'null' }, false],
  ['whoever does not say', {}, false],
] as const)('%s: %s', (_who, headers, ours) => {
  const check = () => checkOwnPage(headers, OURS)
  if (ours) expect(check).not.toThrow()
  else expect(check).toThrow(expect.objectContaining({ code: 'csrf-refused', status: 403 }))
})

test.each([
  ['the session’s own', csrfTokenOf('s1'), true],
  ['another session’s', csrfTokenOf('s2'), false],
  ['the session’s token itself', 's1', false],
  ['an empty one', '', false],
  ['none', undefined, false],
])('a change with %s csrf token: %s', (_which, token, fits) => {
  const check = () => checkCsrfToken(token === undefined ? {} : { 'x-csrf-token': token }, 's1')
  if (fits) expect(check).not.toThrow()
  else expect(check).toThrow(expect.objectContaining({ code: 'csrf-refused' }))
})
