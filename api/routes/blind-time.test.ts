// Blind time and latencies as the API tells them: summed by day and hour, cut to the asker's streets, beside the budget.
import { afterEach, expect, test } from 'vitest'
import type { CameraId } from '../../core/ids.ts'
import type { SightHour } from '../../core/sight.ts'
import { StageLatencies } from '../../main-process/stage-latency.ts'
import { bearer, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { teamOf } from '../../tests/support/api-samples.ts'
import { type ApiDeps, buildApi } from '../build.ts'

let app: Awaited<ReturnType<typeof buildApi>>
afterEach(() => app.close())

const AT = Date.parse('2026-03-12T23:00:00+08:00')
const row = (hour: number, sight: SightHour['sight'], ms: number): SightHour => ({
  ...{ cameraId: 'gate' as CameraId, hourAt: AT + hour * 3_600_000, sight, ms },
})
const ROWS = [row(0, 'clear', 3_000_000), row(0, 'dark', 600_000), row(1, 'away', 1_200_000)]
const asked: object[] = []
const open = async (over: Partial<ApiDeps> = {}) => {
  const tokens = [
    tokenOf('all', 'viewer'),
    tokenOf('street', 'viewer', { streets: ['tianshui'] } as never),
    tokenOf('team', 'team-leader', { team: teamOf('tianshui') }),
  ]
  const sights = {
    list: async (wanted: object) => {
      asked.push(wanted)
      return ROWS
    },
  }
  app = await buildApi(fakeHouse({ tokens, sights, ...over }).deps)
}
const get = async (url: string, who = 'all') => (await app.inject({ url, headers: bearer(who) })).json()

test('sums blind time by day and by hour, with its reasons, and tells unknown time from clear time', async () => {
  await open()
  const days = await get('/api/blind-time?from=2026-03-12&to=2026-03-13')
  expect(days.cameras).toEqual([
    {
      cameraId: 'gate',
      spans: [
        { key: '2026-03-12', knownMs: 3_600_000, blindMs: 600_000, reasons: { dark: 600_000 } },
        { key: '2026-03-13', knownMs: 1_200_000, blindMs: 1_200_000, reasons: { away: 1_200_000 } },
      ],
    },
  ])
  const hours = await get('/api/blind-time?from=2026-03-12&to=2026-03-13&by=hour')
  expect(hours.cameras[0].spans.map(({ key }: { key: string }) => key)).toEqual(['2026-03-12T23', '2026-03-13T00'])
  expect((await get('/api/blind-time?from=2026-01-01&to=2026-03-13&by=hour')).code).toBe('request-invalid')
})

test('asks for the asker’s streets only; a team has no cameras', async () => {
  await open()
  await get('/api/blind-time?from=2026-03-12&to=2026-03-12', 'street')
  expect(asked.at(-1)).toMatchObject({ streets: ['tianshui'] })
  expect((await get('/api/blind-time?from=2026-03-12&to=2026-03-12&street=changqing', 'street')).code).toBe('forbidden')
  const before = asked.length
  expect(await get('/api/blind-time?from=2026-03-12&to=2026-03-12', 'team')).toEqual({ cameras: [] })
  expect(asked).toHaveLength(before)
})

test('tells each stage’s latency beside its budget', async () => {
  const latencies = new StageLatencies({ now: () => AT })
  latencies.passed('inferred', 100)
  await open({ latencies })
  const { stages, startedAt } = await get('/api/latency')
  expect(startedAt).toBe(AT)
  expect(stages.find(({ stage }: { stage: string }) => stage === 'inferred')).toMatchObject({
    budget: { share: 'infer', ms: 180 },
    recent: { count: 1, maxMs: 100 },
  })
  expect(stages.find(({ stage }: { stage: string }) => stage === 'received')).toMatchObject({
    budget: null,
    recent: { count: 0, p95Ms: null },
  })
})
