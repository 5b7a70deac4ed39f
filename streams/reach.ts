// Whether a camera's address can be reached at all, said in words that help: before FFmpeg, which tells these apart badly.
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { JiemuError } from '../core/errors.ts'

const RTSP_PORT = 554
const RTSPS_PORT = 322

/**
 * Resolves once something accepts a connection there.
 * @param label the address without its login
 * @throws JiemuError camera-name-unknown, camera-port-closed, camera-no-route, camera-silent
 */
export async function reach(url: string, label: string, withinMs: number): Promise<void> {
  const { hostname, port: given, protocol } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const port = given === '' ? (protocol === 'rtsps:' ? RTSPS_PORT : RTSP_PORT) : Number(given)
  const seconds = Math.round(withinMs / 1_000)
  const silent = () => new JiemuError('camera-silent', { source: label, seconds })
  const named = lookup(host).catch((error: NodeJS.ErrnoException) => {
    throw new JiemuError('camera-name-unknown', { source: label }, error)
  })
  const { address } = await within(named, withinMs, silent)
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: address, port })
    const end = (error?: JiemuError) => {
      socket.destroy()
      if (error) reject(error)
      else resolve()
    }
    socket.setTimeout(withinMs, () => end(silent()))
    socket.once('connect', () => end())
    socket.once('error', (error: NodeJS.ErrnoException) => end(refusal(error, label, port, seconds)))
  })
}

function refusal(error: NodeJS.ErrnoException, label: string, port: number, seconds: number): JiemuError {
  if (error.code === 'ECONNREFUSED') return new JiemuError('camera-port-closed', { source: label, port }, error)
  if (error.code === 'ETIMEDOUT') return new JiemuError('camera-silent', { source: label, seconds }, error)
  return new JiemuError('camera-no-route', { source: label, problem: error.code ?? 'unknown' }, error)
}

async function within<T>(work: Promise<T>, withinMs: number, late: () => JiemuError): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), withinMs)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
