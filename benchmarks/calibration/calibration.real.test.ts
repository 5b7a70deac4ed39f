// Calibration on the labelled bins and the hall of people: the figures that issue 3 asks for.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { crowdingOptions } from '../../detector/rules/kinds/crowding.ts'
import { loadModel } from '../../models/manifest.ts'
import { labelledBins } from './bins.ts'
import { type Calibration, calibrate, type Split } from './calibrate.ts'
import { calibrateCounts, readCounts, WHOLE_ZONE } from './counts.ts'

const FOOTAGE = join(import.meta.dirname, '../../../shared/footage')
const present = (path: string) => existsSync(join(FOOTAGE, path))
const f1Of = ({ classes }: Calibration, label: string) =>
  classes.find(one => one.label === label)?.figures['pictures f1'].value ?? 0

describe.skipIf(!present('bins'))('the labelled bins (needs ../shared/footage/bins)', () => {
  const run = async (split: Split) => calibrate(await loadModel('street-condition'), labelledBins(FOOTAGE), { split })
  let halves: Calibration
  beforeAll(async () => {
    halves = await run('halves')
  })

  test.each(['chosen thresholds', 'the card’s'])(
    'with %s an overflow is told with F1 0.92, litter with 0.88',
    async which => {
      const calibration = which === 'the card’s' ? await run('report') : halves
      expect(calibration.pictures.report).toBe(117)
      expect(f1Of(calibration, 'bin-overflow')).toBeGreaterThanOrEqual(0.92)
      expect(f1Of(calibration, 'litter')).toBeGreaterThanOrEqual(0.88)
    },
  )

  test('nothing is chosen from the reporting half', async () => {
    const thresholds = ({ classes }: Calibration) => classes.map(({ chosen }) => chosen)
    const without = await run('choose')
    expect(without.pictures.report).toBe(123)
    expect(thresholds(halves)).toEqual(thresholds(without))
  })
})

test.skipIf(!present('mall'))(
  'a factor from fifty pictures of a hall holds for the others (needs ../shared/footage/mall)',
  async () => {
    const counted = await readCounts(join(FOOTAGE, 'mall/counts.json'), join(FOOTAGE, 'mall/frames'))
    const model = await loadModel('street-objects')
    const zone = { ...WHOLE_ZONE, minScore: crowdingOptions.parse({}).minScore }
    const first = await calibrateCounts(
      counted.filter((_, index) => index % 5 === 0),
      model,
      zone,
    )
    const others = await calibrateCounts(
      counted.filter((_, index) => index % 5 !== 0),
      model,
      zone,
    )
    expect(others.scale.factor).toBeGreaterThan(first.factor?.low ?? Number.POSITIVE_INFINITY)
    expect(others.scale.factor).toBeLessThan(first.factor?.high ?? 0)
  },
)
