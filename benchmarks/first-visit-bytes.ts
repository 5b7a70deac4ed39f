// What a browser loads before a page of the console can be used: its document, and all modules and styles it names.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'

const manifestSchema = z.record(
  z.string(),
  z.object({
    file: z.string(),
    imports: z.array(z.string()).default([]),
    css: z.array(z.string()).default([]),
  }),
)

/** In gzip, as the server sends them: the limits that issue and design ask for, in bytes. */
export const FIRST_VISITS = {
  field: { document: 'field.html', route: null, limitBytes: 350_000 },
  commandCentre: { document: 'index.html', route: 'pages/account/account-page.tsx', limitBytes: 900_000 },
} as const

/**
 * @param directory where Vite put the console
 * @param route the module of the page that is opened first, which the document loads by itself; null where there is none
 * @returns bytes in gzip, by file
 * @throws Error where the console was not built, or has no such page
 */
export function firstVisitBytes(
  directory: string,
  document: string,
  route: string | null,
): Readonly<Record<string, number>> {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(directory, '.vite/manifest.json'), 'utf8')))
  const files = new Set([document])
  const take = (name: string): void => {
    const chunk = manifest[name]
    if (!chunk) throw new Error(`the console has no ${name}`)
    if (files.has(chunk.file)) return
    files.add(chunk.file)
    for (const file of chunk.css) files.add(file)
    chunk.imports.forEach(take)
  }
  take(document)
  if (route) take(route)
  return Object.fromEntries(
    [...files].map(file => [file, gzipSync(readFileSync(join(directory, file))).length] as const),
  )
}
