// The log's file: it says from its first line whether it is whole.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../tests/support/jiemu.ts'
import { openLogFile } from './incident-log.ts'

const folder = temporaryFolder('log')
afterAll(folder.remove)
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

test('a log calls itself incomplete until it is complete, whatever it holds by then', async () => {
  const file = join(folder.path, 'new/log.jsonl')
  const log = await openLogFile(file, ['gate', 'kerb'])
  await log.add(['{"type":"camera","id":"gate"}'])
  const header = { type: 'replay', version: 1, cameras: ['gate', 'kerb'] }
  expect(linesOf(file)).toEqual([
    { ...header, complete: false },
    { type: 'camera', id: 'gate' },
  ])
  await log.add(['{"type":"camera","id":"kerb"}'])
  await log.complete()
  expect(linesOf(file)).toEqual([
    { ...header, complete: true },
    { type: 'camera', id: 'gate' },
    { type: 'camera', id: 'kerb' },
  ])
})

test('a run that is broken off leaves nothing of the whole log of the run before', async () => {
  const file = join(folder.path, 'log.jsonl')
  const before = await openLogFile(file, ['gate'])
  await before.add(['{"type":"camera","id":"gate"}'])
  await before.complete()
  await openLogFile(file, ['gate'])
  expect(linesOf(file)).toEqual([{ type: 'replay', version: 1, complete: false, cameras: ['gate'] }])
})

test('a log that cannot be written is named', async () => {
  writeFileSync(join(folder.path, 'file'), '')
  await expect(openLogFile(join(folder.path, 'file/log.jsonl'), [])).rejects.toMatchObject({
    code: 'file-unwritable',
    message: expect.stringContaining('file/log.jsonl'),
  })
})
