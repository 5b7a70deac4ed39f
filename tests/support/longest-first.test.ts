// The order of test files names files that are there: one that was moved would start late, and nobody would notice.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './jiemu.ts'
import { LONGEST } from './longest-first.ts'

test('every test file that is to start early is there', () => {
  const gone = LONGEST.filter(file => !existsSync(join(ROOT, file)))
  expect(gone).toEqual([])
})
