// Serves the console that Vite built: what lies in its folder at start-up, so that no path from outside reaches the disk.
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { answersWith } from './problem.ts'
import { type Api, missing } from './routes/route.ts'
import { pagePolicy } from './security-headers.ts'

/** Where the command centre's pages lie; each is drawn by the same document. console/shell/pages.tsx has one for each. */
export const PAGE_PATHS = [
  'account',
  'alerts',
  'deliveries',
  'devices',
  'duty',
  'figures',
  'jobs',
  'map',
  'mutes',
  'report',
  'search',
  'system',
  'wall',
] as const

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.mp3': 'audio/mpeg',
  '.webmanifest': 'application/manifest+json',
}
/** What shrinks; pictures and sounds are small already. */
const TEXT = new Set(['.css', '.js', '.svg', '.webmanifest'])
const NONCE = '__CSP_NONCE__'
const DAY_S = 86_400

interface File {
  readonly bytes: Buffer
  readonly type: string
  zipped?: Promise<Buffer>
}

const shrink = promisify(gzip)

/** @throws Error at start-up where the folder is missing */
async function filesIn(directory: string): Promise<ReadonlyMap<string, File>> {
  const names = (await readdir(directory)).filter(name => extname(name) in TYPES)
  const read = async (name: string): Promise<readonly [string, File]> => [
    name,
    { bytes: await readFile(join(directory, name)), type: TYPES[extname(name)] ?? '' },
  ]
  return new Map(await Promise.all(names.map(read)))
}

/** Shrunk once, by the first who takes it so. */
async function bodyOf(name: string, file: File, accepted: string): Promise<{ body: Buffer; encoding?: 'gzip' }> {
  if (!TEXT.has(extname(name)) || !/\bgzip\b/.test(accepted)) return { body: file.bytes }
  file.zipped ??= shrink(file.bytes)
  return { body: await file.zipped, encoding: 'gzip' }
}

/** Answers with the console, which says itself that there is no such page. */
export type DrawPage = (reply: FastifyReply) => FastifyReply

/**
 * @param directory where the built console lies: index.html, field.html, assets/ with hashed names, and what has a fixed one
 * @param tiles the origin of the map's tiles, where one is set
 * @throws Error at start-up where one of the two pages is missing
 */
export async function consoleRoutes(app: Api, directory: string, tiles?: string): Promise<DrawPage> {
  const assets = await filesIn(join(directory, 'assets'))
  const fixed = await filesIn(directory)
  const documents = new Map(
    await Promise.all(
      ['index.html', 'field.html'].map(async name => [name, await readFile(join(directory, name), 'utf8')] as const),
    ),
  )

  const draw = (reply: FastifyReply, document: string): FastifyReply => {
    const nonce = randomBytes(16).toString('base64')
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', pagePolicy(nonce, tiles))
      .send(documents.get(document)?.replaceAll(NONCE, nonce))
  }
  const page = (path: string, document: string): void => {
    app.get(
      path,
      {
        config: { access: 'public' },
        schema: {
          summary: `The console: ${document}`,
          tags: ['console'],
          response: answersWith('text/html', document),
        },
      },
      async (_request, reply) => draw(reply, document),
    )
  }
  page('/', 'index.html')
  for (const path of PAGE_PATHS) {
    page(`/${path}`, 'index.html')
    page(`/${path}/*`, 'index.html')
  }
  page('/field', 'field.html')
  page('/field/*', 'field.html')

  const send = (files: ReadonlyMap<string, File>, path: string, named: string | undefined, cached: string): void => {
    app.get(
      path,
      {
        config: { access: 'public' },
        schema: {
          summary: `The console: ${named ?? 'its modules, styles and pictures'}`,
          tags: ['console'],
          ...(named === undefined && { params: z.object({ file: z.string().max(200) }) }),
          response: answersWith('application/octet-stream', named ?? 'the file'),
        },
      },
      async (request, reply) => {
        const name = named ?? (request.params as { readonly file: string }).file
        const file = files.get(name)
        if (!file) throw missing('file', name)
        const { body, encoding } = await bodyOf(name, file, request.headers['accept-encoding'] ?? '')
        if (encoding) reply.header('content-encoding', encoding)
        return reply.type(file.type).header('cache-control', cached).header('vary', 'accept-encoding').send(body)
      },
    )
  }
  // Their names change with what is in them.
  send(assets, '/assets/:file', undefined, `public, max-age=${365 * DAY_S}, immutable`)
  for (const name of fixed.keys()) send(fixed, `/${name}`, name, 'no-cache')
  return reply => draw(reply, 'index.html')
}
