// The console's files: served as they lie there, shrunk where asked, and each page with a policy that only it fits.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeHouse } from '../tests/support/api-ports.ts'
import { buildApi } from './build.ts'
import { PAGE_PATHS } from './console-page.ts'

const built = join(import.meta.dirname, '../tests/support/console')
let app: Awaited<ReturnType<typeof buildApi>>
beforeAll(async () => {
  app = await buildApi(fakeHouse().deps)
})
afterAll(() => app.close())
const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { host: '127.0.0.1:8470', ...headers } })

test('every page lies where the menu of the console leads, and at each address below it', async () => {
  const menu = readFileSync(join(import.meta.dirname, '../console/shell/pages.tsx'), 'utf8')
  const paths = [...menu.matchAll(/^ {4}path: '([\w-]+)'/gm)].map(([, path = '']) => path)
  expect(paths.length).toBeGreaterThan(0)
  expect(paths.filter(path => !(PAGE_PATHS as readonly string[]).includes(path))).toEqual([])
  for (const path of [...paths, 'jobs/job-1', 'field', 'field/job-1']) {
    const { statusCode, headers } = await get(`/${path}`)
    expect([path, statusCode, headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8'])
  }
})

test('a page has a nonce of its own, in its policy and in its markup', async () => {
  const [one, other] = await Promise.all([get('/'), get('/')])
  const nonces = [one, other].map(({ body }) => /nonce="([^"]+)"/.exec(body)?.[1])
  expect(nonces[0]).toMatch(/^[\w+/]{22}==$/)
  expect(nonces[0]).not.toBe(nonces[1])
  expect(one.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonces[0]}'`)
})

test('what else is served keeps the stricter policy', async () => {
  const { headers } = await get('/report.css')
  expect(headers['content-security-policy']).toContain("style-src 'self';")
})

test('modules are kept for good, and shrunk for whoever takes them so', async () => {
  for (const file of readdirSync(join(built, 'assets'))) {
    const plain = await get(`/assets/${file}`)
    expect([plain.statusCode, plain.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
    const small = await get(`/assets/${file}`, { 'accept-encoding': 'br, gzip' })
    expect(small.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(small.rawPayload)).toEqual(readFileSync(join(built, 'assets', file)))
  }
})

test.each([
  '/assets/nothing.js',
  '/assets/..%2findex.html',
  '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
  '/.vite/manifest.json',
])('%s is not served', async url => {
  expect((await get(url)).statusCode).toBe(404)
})

test('whoever mistypes an address at a browser gets a page that says so, and a program its problem details', async () => {
  const page = await get('/alrets', { accept: 'text/html,application/xhtml+xml' })
  expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
  expect((await get('/alrets', { accept: '*/*' })).headers['content-type']).toContain('application/problem+json')
})
