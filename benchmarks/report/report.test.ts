// Result files read, compared and shown; what is no result is named by file and field.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Compared, compare } from './comparison.ts'
import { reportMarkdown, reportPage } from './page.ts'
import { type Result, readResults } from './results.ts'
import { alarm, event, scoredCase, scoredRun } from './score/sample-case.ts'

const FILE = {
  what: 'Time of <everything>',
  measuredAt: '2026-01-05T00:00:00.000Z',
  commit: 'abcdef0123456789',
  dirty: false,
  machine: { cpu: 'X', cores: 2, memoryGiB: 24, node: 'v20.20.2' },
  footage: { clip: 'ff' },
}
const STAGE = { count: 10, meanMs: 3, p50Ms: 2, p95Ms: 8, p99Ms: 9, maxMs: 9 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jiemu-report-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const write = (name: string, content: unknown) =>
  writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))

describe('reading', () => {
  test('figures are rows by where they stand; long lists and what says where they come from are not', async () => {
    await write('one.json', { ...FILE, ratio: 1.2, turns: [{ ms: 4 }, { ms: null }], samples: Array(100).fill(1) })
    const [result] = await readResults(folder)
    expect(result).toMatchObject({ name: 'one', complete: true, what: FILE.what })
    expect(result?.rows).toEqual([
      { path: 'ratio', value: 1.2 },
      { path: 'turns.0.ms', value: 4 },
      { path: 'turns.1.ms', value: null },
    ])
  })

  test.each<[string, unknown, string]>([
    ['is no JSON', '{"what":', 'file: it is not JSON'],
    ['does not say what was measured', { ...FILE, what: undefined }, 'what:'],
    ['does not say on which machine', { ...FILE, machine: { cores: 2 } }, 'machine.cpu:'],
  ])('a file that %s is refused by name and field', async (_, content, problem) => {
    await write('two.json', content)
    await expect(readResults(folder)).rejects.toMatchObject({
      code: 'result-invalid',
      message: expect.stringContaining(`${join(folder, 'two.json')}: ${problem}`),
    })
    await rm(join(folder, 'two.json'))
  })

  const run = scoredRun(scoredCase())
  const hit = { events: [event('kerb', { alarm: 0 })], alarms: [alarm('kerb', { verdict: 'hit', event: 0 })] }

  test('of a scored run, the figures are rows and the rest is for its charts', async () => {
    await write('score.json', { ...FILE, ...run })
    const [result] = await readResults(join(folder, 'score.json'))
    expect(result?.score?.cases).toEqual(run.cases)
    expect(result?.rows).toContainEqual({ path: 'all.hits', value: 0 })
    expect(result?.rows.filter(({ path }) => !path.startsWith('all.'))).toEqual([])
  })

  test.each<[string, object, string]>([
    ['is of another version', { ...run, version: 2 }, 'version: only version 1 is read'],
    ['lacks its cases', { ...run, cases: undefined }, 'cases: '],
    ['has lost one of them', { ...run, cases: [] }, 'cases: 1 were scored, and 0 are here'],
    ['looks whole and is not', { ...run, asked: ['a.json', 'b.json'] }, 'complete: 1 of 2 were scored'],
    [
      'has a miss that its figures do not',
      { ...run, cases: [scoredCase({ events: [event('kerb')] })] },
      'all.misses: 0, where the cases have 1',
    ],
    [
      'names a picture outside its folder',
      {
        ...run,
        cases: [
          scoredCase({
            alarms: [alarm('kerb', { look: { at: 0, view: 'clear', seen: [], picture: '../../secret.jpg' } })],
          }),
        ],
      },
      'cases.0.alarms.0.look.picture: ',
    ],
    [
      'has a hit of an event that was missed',
      { ...run, cases: [scoredCase({ ...hit, events: [event('kerb')] })] },
      'cases.0.alarms.0.verdict: the events say otherwise',
    ],
  ])('a scored run that %s is refused by name and field', async (_, content, problem) => {
    const file = join(folder, 'score.json')
    await write('score.json', { ...FILE, ...content })
    await expect(readResults(file)).rejects.toMatchObject({
      code: 'result-invalid',
      message: expect.stringContaining(`${file}: ${problem}`),
    })
    await rm(file)
  })

  test('a folder that is not there is named', async () => {
    await expect(readResults(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file-unreadable' })
  })

  test('every result of this checkout can be read', async () => {
    const names = (await readResults(join(import.meta.dirname, '../results'))).map(({ name }) => name)
    expect(names).toContain('latency')
  })
})

const result = (name: string, rows: Result['rows'], more: Partial<Result> = {}): Result => ({
  ...{ name, what: FILE.what, measuredAt: FILE.measuredAt, commit: FILE.commit, dirty: false, machine: FILE.machine },
  ...{ complete: true, loadAverage: null, rows, score: null },
  ...more,
})

test.each<[string, Result['rows'], Result['rows'], readonly Compared[]]>([
  ['nothing', [], [], []],
  ['what did not change', [{ path: 'ms', value: 3 }], [{ path: 'ms', value: 3 }], []],
  ['words', [{ path: 'how', value: 'a' }], [{ path: 'how', value: 'b' }], []],
  ['what stands in a list', [{ path: 'turns.0.ms', value: 3 }], [{ path: 'turns.0.ms', value: 4 }], []],
  ['what only one has', [{ path: 'a', value: 3 }], [{ path: 'b', value: 3 }], []],
  [
    'half, twice and more than nothing: the greatest change first',
    [
      { path: 'less', value: 10 },
      { path: 'more', value: 1 },
      { path: 'new', value: 0 },
    ],
    [
      { path: 'less', value: 5 },
      { path: 'more', value: 3 },
      { path: 'new', value: 2 },
    ],
    [
      { result: 'r', path: 'new', before: 0, after: 2, ratio: null },
      { result: 'r', path: 'more', before: 1, after: 3, ratio: 3 },
      { result: 'r', path: 'less', before: 10, after: 5, ratio: 0.5 },
    ],
  ],
])('%s', (_, before, after, compared) => {
  expect(compare([result('r', before)], [result('r', after)])).toEqual(compared)
})

describe('the page', () => {
  const stages = Object.entries(STAGE).map(([name, value]) => ({ path: `recorded.stages.inferred.${name}`, value }))
  const results = [
    result('latency', stages),
    result('half', [{ path: 'ms', value: 0.123_456_789 }], { complete: false }),
  ]
  const rows = compare([result('half', [{ path: 'ms', value: 0.1 }])], results)
  const report = { results, compared: { with: 'yesterday|s', rows, scores: [] } }

  test('asks for nothing from a network, shows stages as bars, and escapes what it is given', () => {
    const page = reportPage(report)
    expect(page).not.toMatch(/<script|<everything>|(?:src|href)="(?!#)/)
    expect(page).toContain('<svg')
    expect(page).toContain('inferred')
  })

  test('says which run was interrupted', () => {
    expect(reportPage(report).match(/was interrupted/g)).toHaveLength(1)
    expect(reportMarkdown(report)).toContain('Interrupted: not whole')
  })

  test('shows both values and their ratio', () => {
    expect(reportPage(report)).toContain('<td>0.1</td><td>0.123457</td><td>1.235</td>')
    expect(reportMarkdown(report)).toContain('| half ms | 0.1 | 0.123457 | 1.235 |')
  })

  test('says so where nothing differs', () => {
    expect(reportPage({ results, compared: { with: 'yesterday', rows: [], scores: [] } })).toContain(
      'Nothing differs from yesterday.',
    )
  })
})
