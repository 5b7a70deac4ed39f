// The monthly report: what it says, for whom, that nothing in it can run, and that it is registered.
import { expect, test } from 'vitest'
import type { TeamId } from '../../core/ids.ts'
import { MARKS } from '../../dispatch/kpi/facts.ts'
import { bearer, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { factsOf, fakeFigures } from '../../tests/support/fake-figures.ts'
import { buildApi } from '../build.ts'

const DAY = 86_400_000
const TOKENS = [tokenOf('district', 'supervisor'), tokenOf('street', 'supervisor', { streets: ['tianshui' as never] })]

async function report(query: string, who = 'district', figures = fakeFigures()) {
  const { deps, looks } = fakeHouse({ tokens: TOKENS, figures })
  const app = await buildApi(deps)
  const response = await app.inject({ url: `/reports/monthly?${query}`, headers: bearer(who) })
  await app.close()
  return { response, looks }
}

test('has the figures with their sums, the kinds with their codes, and the colours of each day', async () => {
  const { response, looks } = await report('month=2026-03')
  const text = response.body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  expect(text).toContain('2026 年 3 月城市管理月报')
  expect(text).toContain('范围 scope: 全区')
  // Two jobs are too few for a share.
  expect(text).toMatch(/结案率 Closure rate closed ÷ \(due − deferred\) 2\/2 2 \/ 2 – –/)
  expect(text).toContain('违停 04 街面秩序 09 机动车乱停放')
  expect(response.body.match(/class="square (\w+)"/g)).toHaveLength(31)
  expect(response.body.match(/class="square orange"/g)).toHaveLength(2)
  expect(looks).toEqual([
    expect.objectContaining({ who: 'district', purpose: 'export', subject: 'report-2026-03.html' }),
  ])
})

test('gives a share, and the change against the month before, where there are enough jobs', async () => {
  const [march] = [factsOf()]
  const many = {
    ...march,
    trails: async function* () {
      for (const days of [0, 0, 0, 0, 0, 0, -28, -28, -28, -28, -28, -28]) {
        for await (const batch of march.trails({ from: 0, to: 0 }, MARKS, 0)) {
          yield batch.map(trail => ({
            ...trail,
            marks: trail.marks
              .filter(([mark]) => days === 0 || mark !== 'closed' || trail.streetId === 'tianshui')
              .map(([mark, at, dueAt]) => [mark, at + days * DAY, dueAt === null ? null : dueAt + days * DAY] as const),
          }))
        }
      }
    },
  }
  const { response } = await report('month=2026-03', 'district', fakeFigures(many))
  const text = response.body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  expect(text).toMatch(/结案率 Closure rate closed ÷ \(due − deferred\) 100\.0 % 12 \/ 12 50\.0 % \+50\.0 个百分点/)
})

test('is of one street for whoever sees one street', async () => {
  expect((await report('month=2026-03', 'street')).response.body).toContain('街道 tianshui')
  const { response, looks } = await report('month=2026-03&street=changqing', 'street')
  expect(response.statusCode).toBe(403)
  expect(looks).toEqual([])
})

test('needs no script, no style of its own and nothing from elsewhere, and shows names as text', async () => {
  const hostile = '<script>alert(1)</script>' as TeamId
  const { response } = await report('month=2026-03', 'district', fakeFigures(factsOf({ teamId: hostile })))
  expect(response.body).not.toMatch(/<script|style=|<style|https?:/)
  expect(response.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(response.headers['content-security-policy']).toContain("style-src 'self'")
})

test.each(['2026-13', '2026-1', '1999-01', '2026-01-01'])('refuses %s as a month', async month => {
  expect((await report(`month=${month}`)).response.statusCode).toBe(400)
})

test('says so where a month has nothing', async () => {
  const { response } = await report('month=2025-01')
  expect(response.statusCode).toBe(200)
  expect(response.body).toContain('本月没有')
})
