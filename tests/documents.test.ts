// What the documents say is what the code does.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DOCUMENTS } from '../tools/documents.ts'

test.each(Object.keys(DOCUMENTS))('%s is as `npm run docs` writes it', file => {
  expect(readFileSync(join(import.meta.dirname, '..', file), 'utf8')).toBe(DOCUMENTS[file]?.())
})
