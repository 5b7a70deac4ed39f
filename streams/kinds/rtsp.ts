// A network camera over RTSP.
import { z } from 'zod'
import { JiemuError, redact } from '../../core/errors.ts'
import type { Kind } from '../../core/kind.ts'
import { STALL_SECONDS } from '../native.ts'
import { readVideo } from '../read-video.ts'
import type { FrameSource, SourceDeps } from '../source.ts'

const options = z.strictObject({
  kind: z.literal('rtsp').optional(),
  url: z.string().min(1).describe('rtsp:// or rtsps://, with user name and password where the camera asks for them'),
  transport: z
    .enum(['tcp', 'udp'])
    .default('tcp')
    .describe('tcp loses nothing and passes firewalls; udp is for old cameras'),
})

/**
 * Half the stall limit, because a read gives up after twice this time (measured), and an interrupted one after once:
 * a dead camera holds one of libuv's threads for so long, and closing it takes as long.
 */
const SOCKET_TIMEOUT_US = STALL_SECONDS * 500_000

export const rtsp: Kind<z.output<typeof options>, SourceDeps, FrameSource> = {
  name: 'rtsp',
  summary: 'a network camera over RTSP, H.264 or H.265',
  options,
  create({ url, transport }, deps) {
    // What is no URL cannot be redacted: a forgotten scheme must not show the password.
    const label = url.includes('://') ? redact(url) : 'url'
    checkAddress(url, label)
    if (deps.pace === 'replay') {
      throw new JiemuError('source-refused', { source: label, problem: 'a live camera cannot be replayed' })
    }
    const input = {
      url,
      label,
      live: true,
      options: {
        protocol_whitelist: 'rtsp,rtsps,rtp,udp,tcp,tls,crypto',
        rtsp_transport: transport,
        allowed_media_types: 'video',
        timeout: String(SOCKET_TIMEOUT_US),
        // The description names codec and size; two seconds are for cameras whose description is wrong.
        analyzeduration: '2000000',
      },
    }
    return { label, live: true, read: signal => readVideo(input, deps.clock, signal) }
  },
}

/** @throws JiemuError source-refused; the address that FFmpeg gets is then one of RTSP and nothing else */
function checkAddress(url: string, label: string): void {
  const refuse = (problem: string) => new JiemuError('source-refused', { source: label, problem })
  if (/[\s\p{Cc}]/u.test(url)) throw refuse('the address holds blanks')
  if (!URL.canParse(url)) throw refuse('not an address')
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'rtsp:' && protocol !== 'rtsps:') throw refuse(`the scheme ${protocol} is not one of a camera`)
  if (hostname === '') throw refuse('the address names no host')
}
