// GeoReport v2 by the letter: our answers have the elements and types of the specification's examples, and its calls are taken.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fakeHouse } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'
import type { ReportStatus } from '../ports.ts'
import { open311Schema } from './keys.ts'

const EXAMPLES = join(import.meta.dirname, '../../fixtures/open311')
const read = (name: string) => readFileSync(join(EXAMPLES, name), 'utf8')

const AT = Date.parse('2026-01-05T08:00:00+08:00')
const KNOWN: ReportStatus = {
  id: '2026-1' as ReportStatus['id'],
  service: 'overflowing-bin',
  serviceName: '垃圾满溢 Overflowing bin',
  spot: { lat: 30.2741, lon: 120.1551 },
  address: '1 Long Street',
  description: 'It is <full> & it smells',
  via: 'app',
  requestedAt: AT,
  status: 'open',
  statusNotes: '已派遣 Assigned',
  agency: '环卫一组',
  updatedAt: AT + 60_000,
  expectedAt: AT + 14_400_000,
}
/** Of which nobody knows more than that it is there. */
const BARE: ReportStatus = {
  ...KNOWN,
  ...{ id: 't-1' as ReportStatus['id'], spot: null, address: null, description: null, agency: null, expectedAt: null },
}

let app: Awaited<ReturnType<typeof buildApi>>
let taken: object[]
let asked: object[]
beforeAll(async () => {
  const sha256 = createHash('sha256').update('xyz').digest('hex')
  const place = { street: 'tianshui', grid: 'tianshui-3', contact: 'open311@city.example' }
  const settings = open311Schema.parse({ jurisdiction: 'city.example', keys: [{ name: 'app', sha256 }], ...place })
  const reports = {
    take: async (report: object) => {
      taken.push(report)
      return { id: KNOWN.id }
    },
    list: async (wanted: { readonly ids?: readonly string[] }) => {
      asked.push(wanted)
      return [KNOWN, BARE].filter(({ id }) => !wanted.ids || wanted.ids.includes(id))
    },
  }
  app = await buildApi(fakeHouse({ residents: { settings, reports } }).deps)
})
afterAll(() => app.close())
beforeEach(() => {
  taken = []
  asked = []
})

const headers = { host: '127.0.0.1:8470' }
const get = (path: string) => app.inject({ url: `/open311/${path}`, headers })
const post = (payload: string, format: string) =>
  app.inject({
    ...{ method: 'POST', url: `/open311/v2/requests.${format}`, payload },
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  })

const REPORT = 'api_key=xyz&service_code=crowding&lat=30.27&long=120.15'

/** The example, what we answer, and elements that only some of the answers have. */
const ANSWERS: readonly (readonly [string, (format: string) => ReturnType<typeof get>, string])[] = [
  ['services', format => get(`v2/services.${format}`), ''],
  // Only lists have values, and we ask for none.
  ['service-definition', format => get(`v2/services/illegal-parking.${format}`), '/values'],
  ['created', format => post(`${REPORT}&account_id=a-7`, format), ''],
  ['created', format => post(REPORT, format), ''],
  ['token', format => get(`v2/tokens/t-1.${format}`), ''],
  ['requests', format => get(`v2/requests.${format}?api_key=xyz`), ''],
  ['requests', format => get(`v2/requests.${format}`), ''],
  ['request', format => get(`v2/requests/2026-1.${format}?api_key=xyz`), ''],
  ['errors', format => post('api_key=guessed&service_code=crowding&lat=30&long=120', format), ''],
  ['errors', format => get(`v2/requests/unknown.${format}`), ''],
  ['discovery', format => get(`discovery.${format}`), ''],
]

interface Element {
  readonly name: string
  readonly attributes: object | undefined
  readonly text: string
  readonly children: readonly Element[]
}

const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, parseTagValue: false })

function rootOf(xml: string): Element {
  const nodes = parser.parse(xml).map(elementOf) as Element[]
  const roots = nodes.filter(({ name }) => name !== '?xml')
  expect(nodes.map(({ name }) => name)[0]).toBe('?xml')
  expect(roots).toHaveLength(1)
  return roots[0] as Element
}

function elementOf(node: Record<string, unknown>): Element {
  const { ':@': attributes, ...rest } = node
  const [name = '', content] = Object.entries(rest)[0] ?? []
  const parts = content as Record<string, unknown>[]
  const text = parts.map(part => String(part['#text'] ?? '')).join('')
  const children = parts.filter(part => !('#text' in part)).map(elementOf)
  return { name, attributes: attributes as object | undefined, text, children }
}

/** @example ["services", "services/service", "services/service/group"] */
function pathsOf({ name, attributes, children }: Element, above = ''): Set<string> {
  const path = `${above}/${name}`
  expect(attributes, path).toBeUndefined()
  return new Set([path, ...children.flatMap(child => [...pathsOf(child, path)])])
}

/** Every place of a JSON document with the types that are found there. */
function typesOf(value: unknown, path = '', found = new Map<string, Set<string>>()): Map<string, Set<string>> {
  const isArray = Array.isArray(value)
  const type = value === null ? 'null' : isArray ? 'array' : typeof value
  found.set(path, (found.get(path) ?? new Set()).add(type))
  if (isArray) for (const each of value) typesOf(each, `${path}[]`, found)
  else if (type === 'object')
    for (const [name, each] of Object.entries(value as object)) typesOf(each, `${path}/${name}`, found)
  return found
}

/** The convention by which the specification derives JSON from XML: https://wiki.open311.org/JSON_and_XML_Conversion */
function spark({ children, text }: Element): unknown {
  if (children.length === 0) return text === '' ? null : text
  const names = new Set(children.map(({ name }) => name))
  if (names.size === 1) return children.map(spark)
  return Object.fromEntries(children.map(child => [child.name, spark(child)]))
}

const asText = (value: unknown) =>
  JSON.parse(JSON.stringify(value), (_, each) => (['number', 'boolean'].includes(typeof each) ? String(each) : each))

test.each(ANSWERS)('%s.xml: exactly its elements, nested as there, without attributes', async (name, answer, only) => {
  const { headers, body } = await answer('xml')
  expect(headers['content-type']).toBe('text/xml; charset=utf-8')
  expect(body).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>/)
  const wanted = [...pathsOf(rootOf(read(`${name}.xml`)))].filter(path => !only || !path.includes(only))
  expect([...pathsOf(rootOf(body))].sort()).toEqual(wanted.sort())
})

test.each(ANSWERS)('%s.json: exactly its fields, and no other types', async (name, answer, only) => {
  const response = await answer('json')
  expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
  const wanted = typesOf(JSON.parse(read(`${name}.json`)))
  for (const path of wanted.keys()) if (only && path.includes(only)) wanted.delete(path)
  const ours = typesOf(response.json())
  expect([...ours.keys()].sort()).toEqual([...wanted.keys()].sort())
  for (const [path, types] of ours)
    expect([...(wanted.get(path) ?? [])], path).toEqual(expect.arrayContaining([...types]))
})

test.each(ANSWERS)('%s: the JSON is what the specification’s convention makes of the XML', async (_, answer) => {
  const [xml, json] = [await answer('xml'), await answer('json')]
  expect(spark(rootOf(xml.body))).toEqual(asText(json.json()))
})

test('the examples themselves follow that convention, and cover every answer', () => {
  for (const name of new Set(ANSWERS.map(([name]) => name))) {
    expect(spark(rootOf(read(`${name}.xml`))), name).toEqual(asText(JSON.parse(read(`${name}.json`))))
  }
})

test('all times have an offset, and say when the report came, changed and is to be done', async () => {
  const [known, bare] = (await get('v2/requests.json')).json()
  expect(known).toMatchObject({
    requested_datetime: '2026-01-05T08:00:00+08:00',
    updated_datetime: '2026-01-05T08:01:00+08:00',
    expected_datetime: '2026-01-05T12:00:00+08:00',
  })
  expect(bare.expected_datetime).toBeNull()
})

interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly contentType?: string
  readonly body?: string
}
const CALLS = JSON.parse(read('calls.json').replaceAll('bin-full', 'overflowing-bin')) as readonly Call[]

test.each(CALLS)('$method $path is taken, as XML and as JSON', async ({ method, path, contentType, body }) => {
  for (const format of ['xml', 'json']) {
    const url = `/open311/v2/${path.replace(/\.xml\b/, `.${format}`)}`
    const type = contentType ? { 'content-type': contentType } : {}
    const answer = await app.inject({ method, url, headers: { ...headers, ...type }, ...(body && { payload: body }) })
    expect([answer.statusCode, url]).toEqual([method === 'POST' ? 201 : 200, url])
  }
})

test('every field of the call that reports is understood, and attributes that the service has not are left out', async () => {
  const { body = '' } = CALLS.find(({ method }) => method === 'POST') ?? {}
  await post(body, 'xml')
  expect(taken).toEqual([
    {
      service: 'overflowing-bin',
      spot: { lat: 30.27410078, lon: 120.1551043 },
      address: '1 Long Street',
      description: 'It is full to the brim',
      mediaUrl: 'https://city.example/pictures/1_a.jpg',
      attributes: {},
      reporter: {
        ...{ email: 'li@city.example', deviceId: 'd-1', accountId: 'a-7' },
        ...{ firstName: 'Hua', lastName: 'Li', phone: '13700000000' },
      },
      via: 'app',
    },
  ])
})

test('the call that lists is understood', async () => {
  const { path = '' } = CALLS.find(each => each.path.includes('start_date')) ?? {}
  await get(`v2/${path}`)
  const [from, to] = [Date.parse('2026-01-05T00:00:00Z'), Date.parse('2026-02-05T00:00:00Z')]
  expect(asked).toEqual([{ limit: 1_000, status: 'open', from, to }])
})

test.each(['requests/NO-SUCH~1', 'tokens/NO-SUCH', 'services/033'])(
  'what is not there is not found: %s',
  async path => {
    expect((await get(`v2/${path}.xml`)).statusCode).toBe(404)
  },
)
