// What a first visit to each of the two pages loads: `npm run bench:first-visit`; writes benchmarks/results/first-visit.json.
import { join } from 'node:path'
import { programArguments } from './arguments.ts'
import { FIRST_VISITS, firstVisitBytes } from './first-visit-bytes.ts'
import { ROOT, writeResult } from './provenance.ts'

const { out } = programArguments({})
const visits = Object.entries(FIRST_VISITS).map(([page, { document, route, limitBytes }]) => {
  const files = firstVisitBytes(join(ROOT, 'dist/console'), document, route)
  const gzipBytes = Object.values(files).reduce((sum, bytes) => sum + bytes, 0)
  return { page, gzipBytes, limitBytes, within: gzipBytes <= limitBytes, files }
})
for (const { page, gzipBytes, limitBytes } of visits) {
  console.log(`${page}: ${Math.round(gzipBytes / 1000)} kB of ${limitBytes / 1000} kB`)
}
await writeResult(
  'first-visit',
  {
    what: 'bytes in gzip that a browser loads before the worker’s page, and the command centre at its alerts, can be used',
    footage: [],
    figures: { visits },
  },
  out,
)
if (visits.some(({ within }) => !within)) process.exitCode = 1
