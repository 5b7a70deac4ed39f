// FFmpeg's error numbers as the product's errors, and FFmpeg's own log silenced: it would print addresses with passwords.
import { constants } from 'node:os'
import {
  AV_LOG_QUIET,
  AV_NOPTS_VALUE,
  AVERROR_DECODER_NOT_FOUND,
  AVERROR_EOF,
  AVERROR_HTTP_FORBIDDEN,
  AVERROR_HTTP_NOT_FOUND,
  AVERROR_HTTP_UNAUTHORIZED,
  AVERROR_INVALIDDATA,
  AVERROR_PROTOCOL_NOT_FOUND,
  AVERROR_STREAM_NOT_FOUND,
} from 'node-av/constants'
import { FFmpegError, Log } from 'node-av/lib'
import { type ErrorCode, JiemuError } from '../core/errors.ts'

Log.setLevel(AV_LOG_QUIET)

/** Seconds without a packet after which a camera counts as stalled; FFmpeg's own reads return by then. */
export const STALL_SECONDS = 10

const { ENOENT, EACCES, EISDIR, ETIMEDOUT, ECONNRESET, EPIPE } = constants.errno

const OPENING: ReadonlyMap<number, ErrorCode> = new Map([
  [AVERROR_HTTP_UNAUTHORIZED, 'source-unauthorised'],
  [AVERROR_HTTP_FORBIDDEN, 'source-unauthorised'],
  [AVERROR_HTTP_NOT_FOUND, 'source-not-found'],
  [-ENOENT, 'source-not-found'],
  [-EACCES, 'source-not-found'],
  [-EISDIR, 'source-not-video'],
  [AVERROR_INVALIDDATA, 'source-not-video'],
  [AVERROR_EOF, 'source-not-video'],
  [AVERROR_STREAM_NOT_FOUND, 'source-not-video'],
  [AVERROR_DECODER_NOT_FOUND, 'source-codec-unsupported'],
  [AVERROR_PROTOCOL_NOT_FOUND, 'source-refused'],
])
const READING: ReadonlyMap<number, ErrorCode> = new Map([
  [AVERROR_EOF, 'source-ended'],
  [-ECONNRESET, 'source-ended'],
  [-EPIPE, 'source-ended'],
  [-ETIMEDOUT, 'source-stalled'],
  [AVERROR_INVALIDDATA, 'source-corrupt'],
])

/** What an error number of FFmpeg means for a source, by what was being done. */
export function sourceError(status: number, label: string, phase: 'opening' | 'reading', live: boolean): JiemuError {
  const code = codeOf(status, phase, live)
  return new JiemuError(code, {
    source: label,
    problem: FFmpegError.strerror(status),
    seconds: STALL_SECONDS,
    codec: '',
  })
}

function codeOf(status: number, phase: 'opening' | 'reading', live: boolean): ErrorCode {
  // Whatever speaks nonsense on a camera's port may be a camera that is starting.
  if (live && phase === 'opening' && status === AVERROR_INVALIDDATA) return 'source-unreachable'
  const table = phase === 'opening' ? OPENING : READING
  return table.get(status) ?? (live ? 'source-unreachable' : 'source-corrupt')
}

/** A time stamp of FFmpeg in milliseconds; undefined where the packet or frame has none. */
export function stampMs(ticks: bigint, tickMs: number): number | undefined {
  return ticks === AV_NOPTS_VALUE ? undefined : Number(ticks) * tickMs
}
