// A few seconds of load on each back end: every incident that is offered arrives, once; and an interrupted run says that it was.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { interrupted, jiemu, temporaryFolder } from '../tests/support/jiemu.ts'
import { BACK_ENDS } from './dispatch-load/back-ends.ts'
import type { BackEndFigures, LoadFigures } from './dispatch-load/measure.ts'
import { planIncidents } from './dispatch-load/street.ts'

const folder = temporaryFolder('load')
afterAll(folder.remove)

const result = (out: string) => JSON.parse(readFileSync(join(out, 'dispatch-load.json'), 'utf8')) as LoadFigures
/** The warm-up takes the first seed. */
const SEED = 2
const OFFER = { ratePerS: 5, seconds: 4 } as const

describe.each(BACK_ENDS)('dispatch under load on $name', ({ name, absent }) => {
  test.skipIf(absent)(
    `loses nothing, doubles nothing, invents nothing${absent && ` (absent: ${absent})`}`,
    async () => {
      const out = join(folder.path, name)
      const args = ['--rate', String(OFFER.ratePerS), '--seconds', String(OFFER.seconds), '--out', out]
      const { code, stderr } = await jiemu(['bench', 'dispatch', '--back-end', name, ...args])
      expect(stderr).toContain(`${name}: ${OFFER.ratePerS.toFixed(1)}/s`)
      expect(code).toBe(0)
      const { complete, backEnds } = result(out)
      const { measured } = backEnds[name] as BackEndFigures
      const { length: offered } = planIncidents(SEED, OFFER.ratePerS, OFFER.seconds * 1_000)
      expect(complete).toBe(true)
      expect(measured).toMatchObject({
        settled: true,
        verdict: { offered, lost: [], doubled: [], invented: [] },
        offeredToCommitted: { n: offered },
        committedToAssigned: { n: offered },
        committedToNotified: { n: offered },
        offeredToNotified: { n: offered },
      })
    },
  )
})

test('an interrupted run leaves a result that says it is incomplete', async () => {
  const out = join(folder.path, 'interrupted')
  const args = ['bench', 'dispatch', '--back-end', 'pglite', '--rate', '2', '--seconds', '600', '--out', out]
  // The warm-up is over: it is measuring, and would be for ten minutes.
  expect(await interrupted(args, /\d lost/)).toEqual([130, null])
  const { complete, backEnds } = result(out)
  expect({ complete, backEnds }).toMatchObject({ complete: false, backEnds: { pglite: { measured: null } } })
})
