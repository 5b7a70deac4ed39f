// Cuts and joins video at key frames without touching a picture: packets are copied as they are, only their times move.
import { AVERROR_EOF, AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import {
  type CodecParameters,
  FFmpegError,
  FormatContext,
  type Packet,
  Packet as PacketClass,
  Rational,
} from 'node-av/lib'
import { Scope } from '../core/scope.ts'

export interface Piece {
  readonly input: string
  /** The first key frame at or after this time begins the piece. */
  readonly fromMs: number
  /** The piece ends before this time, counted from its first picture. */
  readonly lengthMs: number
}

const ok = FFmpegError.throwIfError

/**
 * Writes the pieces one after the other; all must have been encoded alike.
 * @param output `.mp4`; what is there is written over
 * @throws FFmpegError where FFmpeg refuses, Error where a piece is empty
 */
export async function remux(output: string, pieces: readonly Piece[]): Promise<void> {
  await using scope = new Scope()
  const packet = scope.use(new PacketClass(), it => it.free())
  packet.alloc()
  let writer: Writer | undefined
  for (const piece of pieces) {
    await using reading = new Scope()
    const { context, index } = await openVideo(piece.input, reading)
    const stream = context.streams[index]
    if (!stream) throw new Error(`${piece.input} holds no video`)
    writer ??= await openWriter(output, stream.codecpar, stream.timeBase, scope)
    await copyPiece(context, index, piece, writer, packet)
  }
  await writer?.finish()
}

async function openVideo(input: string, scope: Scope) {
  const context = scope.use(new FormatContext(), it => it.closeInput())
  ok(await context.openInput(input, null, null), input)
  ok(await context.findStreamInfo(), input)
  return { context, index: context.findBestStream(AVMEDIA_TYPE_VIDEO) }
}

interface Writer {
  readonly timeBase: Rational
  /** Shifts the packet behind everything written so far. */
  write(packet: Packet, piece: object): Promise<void>
  finish(): Promise<void>
}

async function openWriter(path: string, codec: CodecParameters, timeBase: Rational, scope: Scope): Promise<Writer> {
  const context = scope.use(new FormatContext(), it => it.freeContext())
  ok(context.allocOutputContext2(null, null, path), path)
  const stream = context.newStream(null)
  ok(codec.copy(stream.codecpar), 'codec parameters')
  stream.codecpar.codecTag = 0
  const from = new Rational(timeBase.num, timeBase.den)
  stream.timeBase = from
  ok(await context.openOutput(), path)
  scope.defer(() => context.closeOutput())
  ok(await context.writeHeader(), 'header')

  let current: object | undefined
  let endDts = 0n
  let shift = 0n
  return {
    timeBase: from,
    async write(packet, piece) {
      if (piece !== current) shift = endDts - packet.dts
      current = piece
      packet.dts += shift
      packet.pts += shift
      endDts = packet.dts + packet.duration
      packet.streamIndex = stream.index
      packet.rescaleTs(from, stream.timeBase)
      ok(await context.interleavedWriteFrame(packet), 'write')
    },
    finish: async () => void ok(await context.writeTrailer(), 'trailer'),
  }
}

async function copyPiece(
  context: FormatContext,
  index: number,
  piece: Piece,
  writer: Writer,
  packet: Packet,
): Promise<void> {
  const { num, den } = writer.timeBase
  const msOf = (ticks: bigint) => (Number(ticks) * 1_000 * num) / den
  let firstMs: number | undefined
  for (;;) {
    const status = await context.readFrame(packet)
    if (status === AVERROR_EOF) break
    ok(status, piece.input)
    const atMs = msOf(packet.pts)
    if (packet.streamIndex === index && packet.isKeyframe && atMs >= piece.fromMs) firstMs ??= atMs
    if (firstMs !== undefined && atMs >= firstMs + piece.lengthMs) break
    if (packet.streamIndex === index && firstMs !== undefined) await writer.write(packet, piece)
    else packet.unref()
  }
  packet.unref()
  if (firstMs === undefined) throw new Error(`${piece.input} has no key frame after ${piece.fromMs} ms`)
}
