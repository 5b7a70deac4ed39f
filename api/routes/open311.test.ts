// GeoReport v2: the six methods in both forms, what they refuse, and what nobody is shown; elements as the specification has them.
import { XMLParser } from 'fast-xml-parser'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../../core/log.ts'
import { type FakeHouse, fakeHouse } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'

let house: FakeHouse
let app: FastifyInstance
beforeEach(async () => {
  house = fakeHouse()
  app = await buildApi(house.deps)
})
afterEach(() => app.close())

const HOST = { host: '127.0.0.1:8470' }
const parser = new XMLParser({ parseTagValue: false })
const get = (path: string) => app.inject({ url: `/open311/v2/${path}`, headers: HOST })
const xml = async (path: string) => parser.parse((await get(path)).body)
const REPORT = { api_key: 'app-key', service_code: 'overflowing-bin', lat: '30.2741', long: '120.1551' }
const post = (fields: Record<string, string>, format = 'json') =>
  app.inject({
    method: 'POST',
    url: `/open311/v2/requests.${format}`,
    headers: { ...HOST, 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  })

test('GET services: each with code, name, group, and whether it asks for more', async () => {
  const [first] = (await get('services.json')).json()
  expect(first).toEqual({
    service_code: 'illegal-parking',
    service_name: '违停 Illegal parking',
    description: expect.stringContaining('禁停'),
    metadata: true,
    type: 'realtime',
    keywords: '违停, 占道, parking',
    group: '街面秩序 Street order',
  })
  const answer = await get('services.xml')
  expect(answer.headers['content-type']).toBe('text/xml; charset=utf-8')
  expect(answer.body).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>/)
  const { services } = parser.parse(answer.body)
  expect(services.service.map((service: { service_code: string }) => service.service_code)).toEqual([
    'illegal-parking',
    'crowding',
    'overflowing-bin',
    'dirty-road',
  ])
  expect(services.service[0].metadata).toBe('true')
})

test('GET a service’s definition: its attributes in order', async () => {
  const definition = (await get('services/illegal-parking.json')).json()
  expect(definition).toMatchObject({
    service_code: 'illegal-parking',
    attributes: [{ variable: true, code: 'PLATE', datatype: 'string', required: false, order: 1 }],
  })
  const { service_definition } = await xml('services/illegal-parking.xml')
  expect(service_definition).toMatchObject({
    service_code: 'illegal-parking',
    attributes: { attribute: { code: 'PLATE' } },
  })
  expect((await get('services/flying.json')).json()).toEqual([{ code: 404, description: expect.any(String) }])
})

test('POST a request: it is taken in with all that was said, and numbered at once', async () => {
  const more = {
    email: 'li@example.org',
    phone: '137',
    description: '满了',
    'attribute[PLATE]': 'ignored',
    media_url: '',
  }
  const answer = await post({ ...REPORT, ...more, account_id: 'acc-1' })
  expect(answer.statusCode).toBe(201)
  expect(answer.json()).toEqual([
    { service_request_id: 'rep-1', service_notice: expect.any(String), account_id: 'acc-1' },
  ])
  expect(house.commands).toEqual([
    [
      'report',
      {
        service: 'overflowing-bin',
        spot: { lat: 30.2741, lon: 120.1551 },
        address: null,
        description: '满了',
        mediaUrl: null,
        attributes: {},
        reporter: { email: 'li@example.org', phone: '137', accountId: 'acc-1' },
        via: 'app',
      },
    ],
  ])
  const { service_requests } = parser.parse((await post(REPORT, 'xml')).body)
  expect(service_requests.request.service_request_id).toBe('rep-1')
})

test('POST a request: an attribute that the service has is taken', async () => {
  await post({ ...REPORT, service_code: 'illegal-parking', 'attribute[PLATE]': ' 浙A12345 ' })
  expect(house.commands[0]?.[1]).toMatchObject({ attributes: { PLATE: '浙A12345' } })
})

test('POST a request: an attribute is cut between two characters, and not within one', async () => {
  await post({ ...REPORT, service_code: 'illegal-parking', 'attribute[PLATE]': `${'x'.repeat(79)}\u{1f697}y` })
  expect(house.commands[0]?.[1]).toMatchObject({ attributes: { PLATE: `${'x'.repeat(79)}\u{1f697}` } })
})

test.each([
  ['without a key', { ...REPORT, api_key: '' }, 403],
  ['with a wrong key', { ...REPORT, api_key: 'guessed' }, 403],
  ['for an unknown service', { ...REPORT, service_code: 'flying' }, 404],
  ['without a service', { api_key: 'app-key', lat: '30', long: '120' }, 400],
  ['without a place', { api_key: 'app-key', service_code: 'crowding' }, 400],
  ['with half a place', { api_key: 'app-key', service_code: 'crowding', lat: '30' }, 400],
  ['off the earth', { ...REPORT, lat: '91' }, 400],
  ['with no number for a latitude', { ...REPORT, lat: 'north' }, 400],
  ['with an address that is none', { ...REPORT, media_url: 'javascript:alert(1)' }, 400],
  ['with far too much to say', { ...REPORT, description: 'x'.repeat(5_000) }, 400],
  ['for another city', { ...REPORT, jurisdiction_id: 'elsewhere' }, 404],
])('POST a request %s is refused in the specification’s form, and changes nothing', async (_, fields, status) => {
  const answer = await post(fields)
  expect(answer.statusCode).toBe(status)
  expect(answer.json()).toEqual([{ code: status, description: expect.stringMatching(/.+/) }])
  const { errors } = parser.parse((await post(fields, 'xml')).body)
  expect(errors.error.code).toBe(String(status))
  expect(house.commands).toEqual([])
})

test('GET requests: what became of each, and nothing that the resident wrote', async () => {
  const [request] = (await get('requests.json')).json()
  expect(request).toEqual({
    service_request_id: 'rep-1',
    status: 'open',
    status_notes: '已派遣 Assigned',
    service_name: '垃圾满溢 Overflowing bin',
    service_code: 'overflowing-bin',
    description: null,
    agency_responsible: '环卫一组',
    service_notice: null,
    requested_datetime: '2026-03-12T14:05:32+08:00',
    updated_datetime: '2026-03-12T14:06:32+08:00',
    expected_datetime: '2026-03-12T18:05:32+08:00',
    address: null,
    address_id: null,
    zipcode: null,
    lat: 30.2741,
    long: 120.1551,
    media_url: null,
  })
})

test('GET a request: the application that it came by reads what was written, escaped in XML', async () => {
  const { service_requests } = await xml('requests/rep-1.xml?api_key=app-key')
  expect(service_requests.request).toMatchObject({
    description: '垃圾桶满了 <b>&',
    address: '中河路 1 号',
    media_url: '',
  })
  expect((await get('requests/rep-1.xml?api_key=app-key')).body).toContain('&lt;b&gt;&amp;')
  expect((await get('requests/rep-2.json')).statusCode).toBe(404)
})

test('GET a token: it is the request itself', async () => {
  expect((await get('tokens/rep-1.json')).json()).toEqual([{ service_request_id: 'rep-1', token: 'rep-1' }])
  expect((await xml('tokens/rep-1.xml')).service_requests.request.token).toBe('rep-1')
  expect((await get('tokens/rep-9.json')).statusCode).toBe(404)
})

const DAY = 86_400_000
const at = (text: string) => Date.parse(text)
test.each([
  ['', { limit: 1_000 }],
  ['?service_request_id=rep-1,rep-1&status=closed', { ids: ['rep-1', 'rep-1'], limit: 1_000 }],
  [
    '?service_code=crowding,dirty-road&status=open',
    { services: ['crowding', 'dirty-road'], status: 'open', limit: 1_000 },
  ],
  ['?status=open,closed', { limit: 1_000 }],
  ['?service_request_id=,%20&service_code=,&status=%20', { limit: 1_000 }],
  [
    '?start_date=2026-01-05T00:00:00Z',
    { from: at('2026-01-05T00:00:00Z'), to: at('2026-01-05T00:00:00Z') + 90 * DAY, limit: 1_000 },
  ],
  [
    '?end_date=2026-01-05T08:00%2B08:00',
    { from: at('2026-01-05T00:00:00Z') - 90 * DAY, to: at('2026-01-05T00:00:00Z'), limit: 1_000 },
  ],
  [
    '?start_date=2025-01-01T00:00:00%2B08:00&end_date=2026-01-05T00:00:00Z',
    { from: at('2026-01-05T00:00:00Z') - 90 * DAY, to: at('2026-01-05T00:00:00Z'), limit: 1_000 },
  ],
])('GET requests%s asks for %j', async (query, filter) => {
  expect((await get(`requests.json${query}`)).statusCode).toBe(200)
  expect(house.filters).toEqual([filter])
})

test.each([
  ['?status=lost', 400],
  ['?service_code=flying', 404],
  ['?start_date=yesterday', 400],
  ['?start_date=2026-13-01T00:00:00Z', 400],
  ['?end_date=2026-02-30T00:00:00Z', 400],
  ['?start_date=2026-01-05T08:00:00%2B24:00', 400],
  ['?start_date=2026-01-05T00:00:00Z&end_date=2026-01-04T00:00:00Z', 400],
])('GET requests%s is refused with %i', async (query, status) => {
  expect((await get(`requests.json${query}`)).statusCode).toBe(status)
})

test('service discovery names the endpoint and its forms', async () => {
  const url = '/open311/discovery.json'
  expect((await app.inject({ url, headers: HOST })).json()).toMatchObject({
    endpoints: [{ url: 'http://127.0.0.1:8470/open311/v2', formats: ['text/xml', 'application/json'] }],
  })
})

test.each([
  ['GET', '/open311/discovery.json?api_key=a&api_key=b', 400],
  ['GET', `/open311/discovery.json?jurisdiction_id=${'x'.repeat(81)}`, 400],
  ['GET', '/open311/discovery.json?jurisdiction_id=elsewhere', 404],
  ['POST', '/open311/v2/requests.json?api_key=a&api_key=b', 400],
  ['POST', '/open311/v2/requests.json?jurisdiction_id=elsewhere', 404],
] as const)('%s %s is refused with %i, whatever the rest says', async (method, url, status) => {
  const answer = await app.inject({ method, url, headers: HOST, ...(method === 'POST' && { payload: REPORT }) })
  expect(answer.statusCode).toBe(status)
  expect(answer.json()).toEqual([{ code: status, description: expect.stringMatching(/.+/) }])
  expect(house.commands).toEqual([])
})

test('what nobody foresaw is in the log, without the key that was sent', async () => {
  const gone = new Error('gone')
  const logged: object[] = []
  const residents = house.deps.residents && {
    ...house.deps.residents,
    reports: { ...house.deps.residents.reports, list: () => Promise.reject(gone) },
  }
  const log = { ...silentLog, error: (fields: object) => void logged.push(fields) }
  const failing = await buildApi(fakeHouse({ residents, log }).deps)
  const answer = await failing.inject({ url: '/open311/v2/requests.json?api_key=app-key', headers: HOST })
  expect(answer.statusCode).toBe(500)
  expect(logged).toEqual([{ err: gone, request: expect.any(String), path: '/open311/v2/requests.json' }])
  await failing.close()
})

test('without the setting there is nothing of it', async () => {
  const without = await buildApi(fakeHouse({ residents: undefined }).deps)
  expect((await without.inject({ url: '/open311/v2/services.json', headers: HOST })).statusCode).toBe(404)
  await without.close()
})
