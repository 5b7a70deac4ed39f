// What is measured is the work that was done, here and in programs that have ended.
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { cpuTime, since } from './cpu-time.ts'

const onLinux = process.platform === 'linux'
const WORKED_MS = 150
const WORK = `while (process.cpuUsage().user < ${WORKED_MS * 1_000}) {}`

test.skipIf(!onLinux)('counts what a program that was started has worked, and not as our own work (Linux)', () => {
  const before = cpuTime()
  execFileSync(process.execPath, ['-e', WORK])
  const { childrenMs, ownMs } = since(before)
  expect(childrenMs).toBeGreaterThanOrEqual(WORKED_MS - 10)
  expect(ownMs).toBeLessThan(childrenMs)
})

test.skipIf(!onLinux)('counts our own work, and not as a program’s (Linux)', () => {
  const before = cpuTime()
  const start = process.cpuUsage()
  while (process.cpuUsage(start).user < WORKED_MS * 1_000) {}
  expect(since(before).ownMs).toBeGreaterThanOrEqual(WORKED_MS)
  expect(since(before).childrenMs).toBe(0)
})
