// Serves the console's own files: a fixed table, read once, so that no path from outside ever reaches the disk.
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { answersWith } from './problem.ts'
import type { Api } from './routes/route.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

const FILES = [
  'index.html',
  'console.css',
  'lists.css',
  'cameras.css',
  'case.css',
  'sign-in.css',
  'grids.css',
  'report.css',
  'narrow.css',
  'console.js',
  'state.js',
  'keys.js',
  'lists.js',
  'bar.js',
  'grids.js',
  'cameras.js',
  'camera-view.js',
  'case.js',
  'deadlines.js',
  'undo.js',
  'why.js',
  'notices.js',
  'sign-in.js',
  'account.js',
  'client.js',
  'dom.js',
  'words.js',
  'words-zh.js',
  'words-en.js',
  'icon.svg',
]

/**
 * @param directory where the console's files lie
 * @throws Error at start-up where one is missing
 */
export async function consoleRoutes(app: Api, directory: string): Promise<void> {
  for (const file of FILES) {
    const bytes = await readFile(join(directory, file))
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    app.get(
      file === 'index.html' ? '/' : `/${file}`,
      {
        config: { access: 'public' },
        schema: { summary: `The console: ${file}`, tags: ['console'], response: answersWith(type, file) },
      },
      async (_request, reply) => reply.type(`${type}; charset=utf-8`).header('cache-control', 'no-cache').send(bytes),
    )
  }
}
