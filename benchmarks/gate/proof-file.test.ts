// Proofs that are broken off and gone on with: nothing that was measured is lost, and nothing counts that was not.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../tests/support/jiemu.ts'
import { type Proofs, readProofs, writeProofs } from './proof-file.ts'

const folder = temporaryFolder('proofs')
afterAll(folder.remove)

const cpu = { verdict: 'pass', pairs: 24, ratio: 1.01, low: 0.98, high: 1.04 } as const
const stage = { failed: false, cpu, costMs: 2, limitMs: 30 }
const run = { commit: 'abc', minutes: 8, seconds: 240, wholeMs: 80, stages: { decode: stage } }
const PROOFS: Proofs = {
  plants: {
    decode: { commit: 'abc', caught: true, ...stage },
    infer: { commit: 'abc', caught: false, ...stage },
  },
  unchanged: [
    { ...run, passed: true },
    { ...run, passed: false },
    { ...run, passed: true },
  ],
}

test('what was measured is read back as it was, and counted', async () => {
  await writeProofs(folder.path, { complete: false, ...PROOFS })
  expect(await readProofs(folder.path)).toEqual(PROOFS)
  expect(JSON.parse(await readFile(join(folder.path, 'gate.json'), 'utf8'))).toMatchObject({
    complete: false,
    unchanged: { runs: 3, passed: 2 },
    plants: { planted: 2, caught: 1 },
  })
})

test('where nothing was measured there is nothing to go on with', async () => {
  expect(await readProofs(join(folder.path, 'nowhere'))).toEqual({ plants: {}, unchanged: [] })
})
