// Opens the API to the network, and refuses to do so where anybody could walk in.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { type ApiDeps, buildApi } from './build.ts'
import { isLoopback } from './loopback.ts'

/** The setting `listen`. */
export const listenSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('an address of this machine; off loopback with tls or trustProxy'),
  port: z.number().int().min(0).max(65_535).default(8470).describe('0 takes any free port'),
  tls: z
    .strictObject({ cert: z.string().describe('file, PEM'), key: z.string().describe('file, PEM') })
    .optional()
    .describe('serve HTTPS'),
  trustProxy: z
    .union([z.boolean(), z.number().int().min(1).max(8)])
    .default(false)
    .describe(
      'a proxy in front of us speaks TLS and adds to X-Forwarded-For; how many, where there are several in a row',
    ),
})
export type ListenSettings = z.output<typeof listenSchema>

export interface Listening {
  /** Where the console is: "http://127.0.0.1:8470". */
  readonly address: string
  close(): Promise<void>
}

/** A proxy in front makes loopback as open as any network. */
const isLocal = ({ host, trustProxy }: ListenSettings): boolean => isLoopback(host) && trustProxy === false

/**
 * Off loopback everybody signs in or has a token, and neither a password nor a token may travel in the clear. While
 * there is nobody yet, the set-up link is the only way in.
 * @throws JiemuError listen-unsafe
 */
export function checkListen(settings: ListenSettings): void {
  const { host, tls, trustProxy } = settings
  if (isLocal(settings) || tls || trustProxy) return
  throw new JiemuError('listen-unsafe', { host, problem: 'passwords and tokens would travel unencrypted' })
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw toJiemuError(error, 'file-unreadable', { file })
  }
}

/**
 * Builds the API and opens it.
 * @throws JiemuError listen-unsafe, file-unreadable (certificate or key), listen-failed
 */
export async function listen(deps: ApiDeps, settings: ListenSettings): Promise<Listening> {
  checkListen(settings)
  const { host, port, tls, trustProxy } = settings
  const pem = tls && { cert: await readPem(tls.cert), key: await readPem(tls.key) }
  const app = await buildApi(deps, { trustProxy, local: isLocal(settings), ...(pem && { tls: pem }) })
  try {
    return { address: await app.listen({ host, port }), close: () => app.close() }
  } catch (error) {
    await app.close()
    throw toJiemuError(error, 'listen-failed', { host, port })
  }
}
