// The lock of a data directory: one owner at a time, and none that is dead.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDirectory } from './lock.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jiemu-test-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const locked = { code: 'database-locked' }

test('lets one in until it leaves', async () => {
  const leave = await lockDirectory(directory)
  await expect(lockDirectory(directory)).rejects.toMatchObject(locked)
  await leave()
  await (await lockDirectory(directory))()
  expect(await readdir(directory)).toEqual([])
})

test('respects the lock of another process that lives, and not of one that is dead', async () => {
  const other = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'])
  await writeFile(join(directory, 'lock'), `${other.pid}\n`)
  await expect(lockDirectory(directory)).rejects.toMatchObject(locked)
  other.kill('SIGKILL')
  await once(other, 'exit')
  await (await lockDirectory(directory))()
})

test('takes over a lock with its own pid: in a container the successor often gets the pid of the killed', async () => {
  await writeFile(join(directory, 'lock'), `${process.pid} 1\n`)
  await (await lockDirectory(directory))()
})

test.skipIf(process.platform !== 'linux')('takes over a lock whose pid now belongs to a later process', async () => {
  await writeFile(join(directory, 'lock'), `${process.ppid} 1\n`)
  await (await lockDirectory(directory))()
})
