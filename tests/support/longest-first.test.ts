// The order of test files names files that are there: one that was moved would start late, and nobody would notice.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './jiemu.ts'
import { SECONDS } from './longest-first.ts'

test('every test file whose time is known is there', () => {
  const gone = Object.keys(SECONDS).filter(file => !existsSync(join(ROOT, file)))
  expect(gone).toEqual([])
})
