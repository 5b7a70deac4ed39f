// The truth reader on the truth files of the shared footage.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { crowdsIn } from './truth/import/crowds.ts'
import { checkLength } from './truth/length.ts'
import { readTruth } from './truth.ts'

const SHARED = join(import.meta.dirname, '../../shared/footage')
const truth = (name: string) => readTruth(join(SHARED, 'truth', `${name}.json`))

for (const name of ['kerb-parking', 'mall', 'jamcam-09747', 'jamcam-09801']) {
  const absent = !existsSync(join(SHARED, 'truth', `${name}.json`))
  test.skipIf(absent)(
    `reads ../shared/footage/truth/${name}.json, and its footage is there${absent ? ' (absent)' : ''}`,
    async () => {
      const { camera } = await truth(name)
      expect(camera.id).toBe(name)
      expect(existsSync(String(camera.source.path))).toBe(true)
    },
  )
}

test.skipIf(!existsSync(join(SHARED, 'mall/counts.json')))(
  'the mall’s 250 counts start at the footage’s start',
  async () => {
    const { counts, startAt, events } = await truth('mall')
    expect([counts.length, counts[0]?.at, counts[0]?.count]).toEqual([250, startAt, 29])
    expect(events[0]).toMatchObject({ fromAt: startAt + 5_000, dueAt: startAt + 8_000, toAt: startAt + 20_000 })
  },
)

for (const [name, lengthMs] of [
  ['kerb-parking', 75_086],
  ['mall', 125_000],
] as const) {
  test.skipIf(!existsSync(join(SHARED, 'truth', `${name}.json`)))(`${name} is as long as its truth says`, async () => {
    expect(await checkLength(await truth(name))).toBeCloseTo(lengthMs, -2)
  })
}

test.skipIf(!existsSync(join(SHARED, 'jamcam-2017/09747')))('clips start when the first one’s name says', async () => {
  const { startAt } = await truth('jamcam-09747')
  expect(new Date(startAt).toISOString().slice(0, 13)).toBe('2017-03-09T00')
})

test.skipIf(!existsSync(join(SHARED, 'jamcam-2017/09747')))(
  'a day of clips lasts a day, its gaps included',
  async () => {
    const hours = (await checkLength(await truth('jamcam-09747'))) / 3_600_000
    expect(hours).toBeCloseTo(23.75, 1)
  },
)

test.skipIf(!existsSync(join(SHARED, 'mall/counts.json')))(
  'the mall’s events are those that the importer computes from its counts',
  async () => {
    const { camera, counts, events, startAt } = await truth('mall')
    const pictures = counts.map(({ file, count }) => ({ name: file, people: count }))
    const crowds = crowdsIn(pictures, 500, camera.zones[0]?.options ?? {})
    expect(crowds).toEqual(
      events.map(({ fromAt, toAt }) => ({ fromMs: fromAt - startAt, toMs: (toAt ?? 0) - startAt })),
    )
  },
)
