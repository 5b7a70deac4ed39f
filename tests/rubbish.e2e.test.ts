// Rubbish from outside: whatever is sent to whichever route, the answer is a coded refusal or a success, and never a 5xx.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CATALOGUE } from '../core/error-catalogue.ts'
import { type Row, TABLE } from './support/authorization-table.ts'
import { openRealHouse, type RealHouse } from './support/real-house.ts'

/** Of every route; a new one has its share as soon as it has its row in the table. */
const TRIES = Number(process.env.JIEMU_TRIES ?? 8)
/** The same on every machine: what is found here is found again. JIEMU_SEED looks elsewhere. */
const SEED = Number(process.env.JIEMU_SEED ?? 311)

let house: RealHouse
let session: Readonly<Record<string, string>>
/** The names that each operation knows in its query, from the API's own description; and those that any of them knows. */
let known: (route: string) => readonly string[]
let knownToAny: readonly string[]
/** What really stands for the table's ids. */
let real: (id: string) => string
beforeAll(async () => {
  house = await openRealHouse()
  session = await house.bySession()
  real = await given()
  const { paths = {} } = house.app.swagger() as { paths?: Record<string, Record<string, Operation>> }
  known = route => {
    const [method = '', path = ''] = route.split(' ')
    const operation = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    return (operation?.parameters ?? []).flatMap(({ name, in: where }) => (where === 'query' ? [name] : []))
  }
  knownToAny = [...new Set(Object.keys(TABLE).flatMap(known))]
}, 60_000)
afterAll(() => house?.close())

/** Makes what the rows of the table ask about, as its own rows make such things. */
async function given(): Promise<(id: string) => string> {
  const make = async (url: string, change: object = {}): Promise<Record<string, unknown>> => {
    const payload = { ...TABLE[`POST ${url}`]?.body, ...change }
    const response = await house.app.inject({ method: 'POST', url, payload, headers: house.byToken })
    expect(response.statusCode, `${url}: ${response.body}`).toBeLessThan(300)
    return response.json()
  }
  const { user } = (await make('/api/users')) as { user?: { id: string } }
  const [report] = (await make('/open311/v2/requests.json')) as unknown as { service_request_id: string }[]
  await make('/api/workers', { id: 'li' })
  await make('/api/shifts', { id: 'early' })
  await make('/api/shift-overrides', { id: 'ovr-1' })
  const names = new Map([
    ['usr-1', user?.id],
    ['rep-1', report?.service_request_id],
  ])
  return id => id.replace(/^[a-z]+-1/, name => String(names.get(name) ?? name))
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
}

/** Well-formed, and in no calendar. */
const IMPOSSIBLE = '2026-13-01T00:00:00Z'
/** Half of a pair: JSON can say it, and an address cannot. */
const HALF = '\ud800'
/** All that 16 KiB have room for. */
const ENDLESS = `{"a":${'['.repeat(8_000)}${']'.repeat(8_000)}}`

const TEXTS = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '%',
    '..',
    '../../etc/passwd',
    "'; drop table users; --",
    '\u{1f6b2}',
    '\ufffe',
    '\r\nX-A: b',
  ],
  ...['null', 'NaN', '-1', '1e400', '9'.repeat(400), '0x10', '__proto__', 'x'.repeat(5_000), '{"a":1}', 'constructor'],
  ...[
    '2026-02-30',
    '0000-00-00',
    '9999-12-31',
    '-000001-01-01T00:00:00Z',
    '2026-13',
    '1970-01',
    '275760-09',
    '9999-99',
    IMPOSSIBLE,
  ],
  ...[
    '9007199254740993',
    '-9223372036854775809',
    '1,2,,3',
    '\u202e',
    'https://169.254.169.254/',
    'javascript:alert(1)',
  ],
]
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'grapheme', maxLength: 30 }))
const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom<unknown>(
    HALF,
    null,
    true,
    0,
    -1,
    0.5,
    1e308,
    -1e308,
    2 ** 53,
    2 ** 31,
    8.64e15 + 1,
    -8.64e15,
    [],
    {},
    [[]],
    [null],
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(text, { maxLength: 3 }),
)

interface Attempt {
  /** For each of the path's ids, what stands there instead; as it should be, where there is none. */
  readonly ids: readonly (string | undefined)[]
  /** A name may come more than once. */
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly body:
    | { readonly whole: unknown }
    | { readonly raw: string; readonly type: string }
    | { readonly changes: readonly Change[] }
  readonly key: string
}
interface Change {
  readonly name: string
  /** Undefined takes the field away. */
  readonly value: unknown
}

/** What is of the right type gets past the schema, and so further. */
const alike = (sample: unknown): fc.Arbitrary<unknown> => {
  if (typeof sample === 'string') return fc.oneof({ weight: 9, arbitrary: text }, fc.constant(HALF))
  if (typeof sample === 'number')
    return fc.oneof(fc.double({ noNaN: true }), fc.maxSafeInteger(), fc.integer({ min: -999, max: 999 }))
  return Array.isArray(sample) ? fc.array(text, { maxLength: 3 }) : value
}

/** One field: of the wrong type, of the right one, taken away, or one that nobody knows. */
const change = (sample: object): fc.Arbitrary<Change> =>
  fc.oneof(
    ...Object.entries(sample).flatMap(([name, given]) => [
      fc.record({ name: fc.constant(name), value: fc.option(value, { nil: undefined, freq: 4 }) }),
      fc.record({ name: fc.constant(name), value: alike(given) }),
    ]),
    fc.record({ name: fc.constantFrom('', 'extra', '__proto__', 'reason'), value }),
  )
const attempts = (row: Row, names: readonly string[]): fc.Arbitrary<Attempt> =>
  fc.record({
    ids: fc.tuple(...row.ids.map(() => fc.option(text, { nil: undefined }))),
    query: fc.array(fc.tuple(fc.constantFrom(...names, ...names, ...knownToAny, 'extra'), text), { maxLength: 3 }),
    body: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          changes: fc.array(change(row.body instanceof FormData ? {} : (row.body ?? {})), { maxLength: 2 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ whole: value }) },
      {
        weight: 1,
        arbitrary: fc.record({
          raw: text,
          type: fc.constantFrom(
            ...[
              'application/json',
              'text/plain',
              'application/xml',
              'application/x-www-form-urlencoded',
              'a/b',
              'nothing',
            ],
            ...['multipart/form-data', 'multipart/form-data; boundary=B', 'application/json; charset=utf-7'],
          ),
        }),
      },
    ),
    key: fc.oneof(
      { weight: 9, arbitrary: fc.uuid() },
      { weight: 1, arbitrary: fc.constantFrom('', 'x'.repeat(65), 'a b') },
    ),
  })

/** What every route is asked once, whatever the seed: each has got past us before. */
function always({ body = {} }: Row, names: readonly string[]): Attempt[] {
  const plain: Attempt = { ids: [], query: [], body: { changes: [] }, key: 'always' }
  const twice = (name: string) => [name, name].map(each => [each, 'a'] as const)
  const texts = Object.entries(body).flatMap(([name, sample]) => (typeof sample === 'string' ? [name] : []))
  return [
    { ...plain, query: knownToAny.flatMap(twice) },
    { ...plain, query: names.flatMap(twice) },
    ...names.map(name => ({ ...plain, query: [[name, IMPOSSIBLE]] as const })),
    { ...plain, body: { raw: ENDLESS, type: 'application/json' } },
    ...texts.map(name => ({ ...plain, body: { changes: [{ name, value: HALF }] } })),
  ]
}

function urlOf(route: string, row: Row, { ids, query }: Pick<Attempt, 'ids' | 'query'>): string {
  const path = route.slice(route.indexOf(' ') + 1)
  let next = 0
  const filled = path.replace(/:\w+/g, () => {
    const index = next++
    const wanted = ids[index]
    return wanted === undefined ? real(row.ids[index] ?? 'x') : encodeURIComponent(wanted) || '%00'
  })
  const [base = '', own = ''] = filled.split('?')
  const asked = new URLSearchParams([own, row.query ?? ''].filter(Boolean).join('&'))
  for (const [name] of query) asked.delete(name)
  for (const [name, part] of query) asked.append(name, part)
  return asked.size > 0 ? `${base}?${asked}` : base
}

function payloadOf(sample: object, { body }: Attempt): { payload?: string | FormData; type?: string } {
  if ('raw' in body) return body.type === 'nothing' ? {} : { payload: body.raw, type: body.type }
  if ('whole' in body) return { payload: JSON.stringify(body.whole) ?? 'null', type: 'application/json' }
  if (sample instanceof FormData) {
    const form = new FormData()
    for (const { name, value } of body.changes) form.append(name || 'moment', new Blob([String(value)]), 'photo.jpg')
    form.append('moment', String(body.changes[0]?.value))
    return { payload: form }
  }
  const fields: Record<string, unknown> = { ...sample }
  for (const { name, value } of body.changes) {
    if (value === undefined) delete fields[name]
    else fields[name] = value
  }
  return { payload: JSON.stringify(fields), type: 'application/json' }
}

async function ask(route: string, row: Row, attempt: Attempt, how: Pick<Attempt, 'ids' | 'query'>) {
  const [method = ''] = route.split(' ')
  const { payload, type } = method === 'GET' ? {} : payloadOf(row.body ?? {}, attempt)
  const response = await house.app.inject({
    method: method as 'GET',
    url: urlOf(route, row, how),
    headers: {
      ...(row.session ? session : house.byToken),
      'idempotency-key': attempt.key,
      ...(type && { 'content-type': type }),
    },
    ...(payload !== undefined && { payload }),
    payloadAsStream: true,
  })
  const stream = response.stream()
  // Live events never end.
  if (response.statusCode < 400) stream.destroy()
  const body = response.statusCode < 400 ? '' : (await stream.toArray()).join('')
  const unkept = type === 'application/json' && typeof payload === 'string' && /[^\\]\\ud800/.test(payload)
  return { status: response.statusCode, body, unkept }
}

function problemWith(
  route: string,
  { status, body, unkept }: { readonly status: number; readonly body: string; readonly unkept: boolean },
): string | null {
  if (status >= 500) return `${status}: ${body}`
  if (status < 400 && unkept) return `${status} for a text that the database does not keep as it came`
  if (status < 400 || route.includes('/open311/')) return null
  const { code } = JSON.parse(body) as { readonly code?: string }
  return code !== undefined && code !== 'unexpected' && code in CATALOGUE ? null : `${status} without a code: ${body}`
}

test.each(Object.entries(TABLE))('%s refuses rubbish with a code', async (route, row) => {
  await house.renew()
  const examples = always(row, known(route)).map((attempt): [Attempt] => [attempt])
  await fc.assert(
    fc.asyncProperty(attempts(row, known(route)), async attempt => {
      // Once with good ids, so that the body gets as far as it can, and once with rubbish for ids as well.
      for (const how of [{ ids: [], query: attempt.query }, attempt]) {
        expect(problemWith(route, await ask(route, row, attempt, how))).toBeNull()
      }
    }),
    { numRuns: examples.length + TRIES, seed: SEED, endOnFailure: true, examples },
  )
})
