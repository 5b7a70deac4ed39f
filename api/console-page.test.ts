// A page whose module is not served shows nothing at all: every file of the console must be there.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fakeHouse } from '../tests/support/api-ports.ts'
import { buildApi } from './build.ts'

test('every file of the console is served', async () => {
  const app = await buildApi(fakeHouse().deps)
  const files = readdirSync(join(import.meta.dirname, '../console')).filter(name => /\.(js|css|svg)$/.test(name))
  expect(files.length).toBeGreaterThan(20)
  const missing: string[] = []
  for (const file of files) {
    const { statusCode } = await app.inject({ url: `/${file}`, headers: { host: '127.0.0.1:8470' } })
    if (statusCode !== 200) missing.push(file)
  }
  await app.close()
  expect(missing).toEqual([])
})
