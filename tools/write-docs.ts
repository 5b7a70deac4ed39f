// Writes the documents that are generated from code; `npm run docs` calls it, and tests/documents.test.ts holds them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOCUMENTS } from './documents.ts'

const root = process.cwd()
for (const [file, page] of Object.entries(DOCUMENTS)) writeFileSync(join(root, file), page(root))
