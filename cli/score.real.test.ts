// A scored run of real footage has the picture of every alarm, which its report holds within itself.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { absent, FOOTAGE, jiemu, temporaryFolder } from '../tests/support/jiemu.ts'

const folder = temporaryFolder('scored')
afterAll(folder.remove)
const at = (name: string) => join(folder.path, name)
const KERB = join(FOOTAGE, 'truth/kerb-parking.json')

const report = async () => {
  const made = await jiemu(['bench', 'report', '--results', at('kerb.json'), '--out', at('report')])
  expect(made).toMatchObject({ code: 0, stderr: '' })
  return readFileSync(at('report/report.html'), 'utf8')
}

test.skipIf(absent(KERB))('six parked cars: six pictures in the report, and sketches where they are gone', async () => {
  expect(await jiemu(['score', KERB, '--json', at('kerb.json')])).toMatchObject({ code: 0 })
  const result = JSON.parse(readFileSync(at('kerb.json'), 'utf8'))
  const { alarms } = result.cases[0]
  expect(alarms.map(({ verdict }: { verdict: string }) => verdict)).toEqual(Array(6).fill('hit'))
  const pictures = new Set<string>(alarms.map(({ look }: { look: { picture: string } }) => look.picture))
  expect(readdirSync(at('kerb.pictures')).sort()).toEqual([...pictures].sort())
  expect(result.footage['clips/kerb-parking.mp4']).toMatch(/^[0-9a-f]{64}$/)

  const page = await report()
  expect(page.match(/href="data:image\/jpeg;base64,/g)).toHaveLength(pictures.size)
  expect(page.match(/<use href="#p-/g)).toHaveLength(6)
  rmSync(at('kerb.pictures'), { recursive: true })
  const without = await report()
  expect(without).toContain(`${pictures.size} of ${pictures.size} pictures are not beside this result`)
  expect(without.match(/sketch: the picture is not at hand/g)).toHaveLength(6)
})
