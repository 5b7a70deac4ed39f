// Where a process's memory lies, as the kernel tells it.
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { memory, memoryKinds, memoryKindsIn } from './process-cost.ts'

const MAPS = `00400000-00b6f000 r--p 00000000 fe:00 260689                             /usr/bin/node
Size:               7612 kB
Rss:                7000 kB
1132b000-115f2000 rw-p 00000000 00:00 0                                  [heap]
Rss:              300000 kB
7fdbd0000000-7fdbd22ce000 rw-p 00000000 00:00 0 
Rss:               35000 kB
7fdb74de7000-7fdb7625a000 rw-p 00000000 00:00 0 
Rss:               20000 kB
7ffd0e5d2000-7ffd0e5f3000 rw-p 00000000 00:00 0                          [stack]
Rss:                 100 kB
`

test('resident memory is told apart: files, the C library’s heap and arenas, and what is neither', () => {
  expect(memoryKindsIn(MAPS)).toEqual({ files: 7.2, heap: 307.2, arenas: 35.8, rest: 20.6 })
})

test.skipIf(!existsSync('/proc/self/smaps'))('of a real process the kinds come to what is resident', () => {
  const { files, heap, arenas, rest } = memoryKinds(process.pid)
  expect(files).toBeGreaterThan(1)
  const { rssMb } = memory(process.pid)
  expect(Math.abs(files + heap + arenas + rest - rssMb)).toBeLessThan(0.2 * rssMb)
})
