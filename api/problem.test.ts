// Problem details: what a client is told, and what it must never be told.
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { silentLog } from '../core/log.ts'
import { fakeHouse } from '../tests/support/api-ports.ts'
import { type ApiDeps, buildApi } from './build.ts'
import { problemSchema } from './problem.ts'

let app: FastifyInstance
afterEach(() => app.close())

const headers = { host: 'localhost', 'content-type': 'application/json' }
async function ask(request: { url: string; payload?: string }, overrides: Partial<ApiDeps> = {}) {
  app = await buildApi(fakeHouse(overrides).deps)
  const response = await app.inject({ method: request.payload === undefined ? 'GET' : 'POST', headers, ...request })
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  const problem = problemSchema.strict().parse(response.json())
  expect(problem.status).toBe(response.statusCode)
  expect(response.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
  return problem
}
const confirm = '/api/incidents/inc-tianshui/confirm'
const reject = '/api/incidents/inc-tianshui/reject'
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

test.each([
  ['an unknown route', { url: '/api/nothing?secret=1' }, 404, 'not-found', 'there is no route "GET /api/nothing"'],
  ['an unknown incident', { url: '/api/incidents/inc-x' }, 404, 'not-found', 'there is no incident "inc-x"'],
  ['a path that climbs', { url: '/api/evidence/..%2f..%2fetc' }, 400, 'request-invalid', 'not an id'],
  ['a path that is no text', { url: '/api/evidence/%ff' }, 400, 'request-invalid', 'not a valid url component'],
  ['a path without end', { url: `/api/incidents/${'9'.repeat(200)}` }, 414, 'request-invalid', 'max param length'],
  ['a NUL in the path', { url: '/api/incidents/a%00b' }, 400, 'request-invalid', ''],
  ['a NUL in the query', { url: '/api/jobs?grid=a%00b' }, 400, 'request-invalid', ''],
  ['a NUL in a text', { url: reject, payload: '{"reason":"other","note":"a\\u0000b"}' }, 400, 'request-invalid', 'NUL'],
  ['half a character', { url: reject, payload: '{"reason":"other","note":"\\ud800"}' }, 400, 'request-invalid', 'half'],
  ['half a character in a name', { url: reject, payload: '{"\\udfff":1}' }, 400, 'request-invalid', 'half'],
  ['a body nested without end', { url: reject, payload: `{"a":${nested(8_000)}}` }, 400, 'request-invalid', 'deeper'],
  ['a body a level too deep', { url: reject, payload: nested(101) }, 400, 'request-invalid', 'deeper'],
  ['a body just not too deep', { url: reject, payload: nested(100) }, 400, 'request-invalid', 'expected object'],
  ['an unknown filter', { url: '/api/incidents?sate=open' }, 400, 'request-invalid', 'Unrecognized key: "sate"'],
  ['a page too large', { url: '/api/jobs?limit=1000' }, 400, 'request-invalid', '<=200'],
  ['a cursor of one’s own making', { url: '/api/jobs?before=1%20or%201' }, 400, 'request-invalid', 'next'],
  ['broken JSON', { url: confirm, payload: '{' }, 400, 'request-invalid', 'JSON'],
  ['an unknown key', { url: confirm, payload: '{"actor":"boss"}' }, 400, 'request-invalid', 'actor'],
  ['an unknown reason', { url: reject, payload: '{"reason":"tired"}' }, 400, 'request-invalid', 'reason'],
  ['no reason', { url: reject, payload: '{}' }, 400, 'request-invalid', 'reason'],
  ['a body too large', { url: reject, payload: JSON.stringify('x'.repeat(20_000)) }, 413, 'request-invalid', 'large'],
])('answers %s', async (_what, request, status, code, detail) => {
  const problem = await ask(request)
  expect(problem).toMatchObject({ status, code, type: `urn:jiemu:error:${code}` })
  expect(problem.detail).toContain(detail)
  expect(problem.hint).not.toBe('')
})

const failing = (thrown: unknown): Partial<ApiDeps> => ({
  cameras: {
    ...fakeHouse().deps.cameras,
    list: async () => {
      throw thrown
    },
  },
})

test('an error of the catalogue keeps its status, sentence and hint', async () => {
  const problem = await ask(
    { url: '/api/cameras' },
    failing(new JiemuError('database-unavailable', { problem: 'gone' })),
  )
  expect(problem).toMatchObject({ status: 503, retryable: true, detail: 'the database does not answer (gone)' })
})

test.each([
  new Error('password hunter2 in /var/lib/secret'),
  new JiemuError('unexpected', { problem: 'hunter2' }),
  'hunter2',
])('an unforeseen error tells only where to look, and the log tells the rest', async thrown => {
  const logged: object[] = []
  const log: Log = { ...silentLog, error: fields => logged.push(fields) }
  const problem = await ask({ url: '/api/cameras' }, { ...failing(thrown), log })
  expect(problem).toMatchObject({ status: 500, code: 'unexpected', title: 'Unexpected' })
  expect(JSON.stringify(problem)).not.toMatch(/hunter2|secret/)
  expect(logged).toMatchObject([{ err: thrown, request: problem.instance }])
})

test('a whole character of two halves is a text as others are', async () => {
  app = await buildApi(fakeHouse().deps)
  const payload = { reason: 'other', note: '\u{1f6b2}' }
  expect((await app.inject({ method: 'POST', headers, url: reject, payload })).statusCode).toBe(200)
})

test('the log has the path of what failed, and nothing of its query, where keys and signatures stand', async () => {
  const logged: object[] = []
  const log: Log = { ...silentLog, warn: fields => logged.push(fields), error: fields => logged.push(fields) }
  await ask({ url: '/api/cameras?signature=hunter2' }, { ...failing(new Error('gone')), log })
  expect(logged).toEqual([
    { err: expect.any(Error), request: expect.any(String), path: '/api/cameras' },
    { request: expect.any(String), path: '/api/cameras', status: 500 },
  ])
})
