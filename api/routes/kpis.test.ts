// Figures and exports over HTTP: what is counted for whom, what a spreadsheet gets, and that each export is registered.
import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { PlaceId } from '../../core/ids.ts'
import { bearer, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { teamOf } from '../../tests/support/api-samples.ts'
import { factsOf, fakeFigures } from '../../tests/support/fake-figures.ts'
import { buildApi } from '../build.ts'

const MARCH = 'from=2026-03-01&to=2026-03-31'
const TOKENS = [
  tokenOf('district', 'supervisor'),
  tokenOf('street', 'supervisor', { streets: ['tianshui' as never] }),
  tokenOf('team', 'team-leader', { team: teamOf('changqing') }),
  tokenOf('viewer', 'viewer'),
]

async function ask(url: string, who = 'district', figures = fakeFigures()) {
  const { deps, looks } = fakeHouse({ tokens: TOKENS, figures })
  const app = await buildApi(deps)
  const response = await app.inject({ url, headers: bearer(who) })
  await app.close()
  return { response, looks }
}

test('counts by street, for the district, a street and a team what each may see', async () => {
  const keys = async (who: string) =>
    (await ask(`/api/kpis?${MARCH}&by=street`, who)).response
      .json()
      .groups.map(({ key }: { readonly key: string }) => key)
  expect(await keys('district')).toEqual(['changqing', 'tianshui'])
  expect(await keys('street')).toEqual(['tianshui'])
  expect(await keys('team')).toEqual(['changqing'])
})

test('says a rate with what it was divided from, and null where nothing was', async () => {
  const { response } = await ask(`/api/kpis?${MARCH}&by=rule`)
  expect(response.json().total).toMatchObject({
    kpis: {
      'closure-rate': { top: 2, bottom: 2, rate: 1 },
      'return-rate': { top: 0, bottom: 2, rate: 0 },
      'false-alarms': { top: 0, bottom: 0, rate: null },
    },
    stages: { handle: { n: 2, p50Ms: 1_260_000 }, arrive: { n: 0, p50Ms: null } },
  })
})

test.each([
  ['a street that is not one’s own', `/api/kpis?${MARCH}&by=grid&street=changqing`, 'street', 403],
  ['figures of single workers, for a viewer', `/api/kpis?${MARCH}&by=worker`, 'viewer', 403],
  ['the same as CSV', `/api/kpis.csv?${MARCH}&by=worker`, 'viewer', 403],
  ['jobs, for a viewer', `/api/exports/jobs.csv?${MARCH}`, 'viewer', 403],
  ['an unknown grouping', `/api/kpis?${MARCH}&by=planet`, 'district', 400],
  ['a day that does not exist', '/api/kpis?from=2026-02-30&to=2026-03-31&by=grid', 'district', 400],
  ['a span that ends before it begins', '/api/kpis?from=2026-03-02&to=2026-03-01&by=grid', 'district', 400],
  ['more than 400 days', '/api/kpis?from=2024-01-01&to=2026-03-01&by=day', 'district', 400],
])('refuses %s', async (_what, url, who, status) => {
  const { response, looks } = await ask(url, who)
  expect(response.statusCode).toBe(status)
  expect(looks).toEqual([])
})

/** Splits at commas and line ends; no cell of these tests holds either. */
const parsed = (csv: string) =>
  csv
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split('\r\n')
    .map(line => line.split(',').map(cell => cell.replace(/^"(.*)"$/, '$1')))

test('a CSV of jobs begins with the byte order mark, has the codes and one job in a line', async () => {
  const { response, looks } = await ask(`/api/exports/jobs.csv?${MARCH}`)
  expect(response.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(response.headers['content-disposition']).toBe('attachment; filename="jiemu-jobs-2026-03-01-2026-03-31.csv"')
  expect(response.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  const [header = [], ...jobs] = parsed(response.body)
  expect(jobs).toHaveLength(2)
  const first = Object.fromEntries(header.map((column, index) => [column, jobs[0]?.[index]]))
  expect(first).toMatchObject({
    '工单号 job': 'job-tianshui',
    名称: '违停',
    大类代码: '04',
    小类代码: '09',
    小类名称: '机动车乱停放',
    '处置时限 due': '2026-03-12 15:06:00',
    '按期 in time': '是',
  })
  expect(looks).toEqual([
    expect.objectContaining({ who: 'district', purpose: 'export', subject: 'jobs-2026-03-01-2026-03-31.csv' }),
  ])
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])('a place named %j is text in a CSV, not a formula', async name => {
  const { response } = await ask(
    `/api/exports/jobs.csv?${MARCH}`,
    'district',
    fakeFigures(factsOf({ placeId: name as PlaceId })),
  )
  const [header = [], first = []] = parsed(response.body)
  expect(first[header.indexOf('点位 place')]).toBe(`'${name}`)
})

/** The parts of a ZIP archive by name (APPNOTE 4.3): the central directory lists them. */
function unzipped(archive: Buffer): Readonly<Record<string, string>> {
  const parts: Record<string, string> = {}
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06'))
  let at = archive.readUInt32LE(end + 16)
  while (archive.readUInt32LE(at) === 0x02014b50) {
    const packed = archive.readUInt32LE(at + 20)
    const nameLength = archive.readUInt16LE(at + 28)
    const skipped = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
    const local = archive.readUInt32LE(at + 42)
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const body = archive.subarray(from, from + packed)
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength)
    parts[name] = (archive.readUInt16LE(at + 10) === 0 ? body : inflateRawSync(body)).toString('utf8')
    at += 46 + nameLength + skipped
  }
  return parts
}

test('an XLSX of jobs opens to the same cells, text being text whatever it begins with', async () => {
  const hostile = fakeFigures(factsOf({ placeId: '=1+1' as PlaceId }))
  const { response } = await ask(`/api/exports/jobs.xlsx?${MARCH}`, 'district', hostile)
  const parts = unzipped(response.rawPayload)
  const sheet = parts['xl/worksheets/sheet1.xml'] ?? ''
  const shared = [...(parts['xl/sharedStrings.xml'] ?? '').matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, text]) => text)
  expect(shared).toEqual(expect.arrayContaining(['工单号 job', '机动车乱停放', 'job-changqing', '=1+1']))
  expect(sheet.match(/<row /g)).toHaveLength(3)
  expect(sheet).not.toContain('<f>')
})

test('a sheet of figures has each rate with its two sums, the whole last', async () => {
  const { response } = await ask(`/api/kpis.csv?${MARCH}&by=rule`)
  const [header = [], ...lines] = parsed(response.body)
  const column = (name: string) => lines.map(line => line[header.indexOf(name)])
  expect(lines.map(([key]) => key)).toEqual(['illegal-parking', '合计 total'])
  expect(column('小类代码')).toEqual(['09', ''])
  expect(column('结案率 closure-rate')).toEqual(['1', '1'])
  expect(column('closure-rate 分母')).toEqual(['2', '2'])
  expect(column('每路每日误报 false-alarms')).toEqual(['', ''])
})
