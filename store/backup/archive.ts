// A tar file, written and read member by member: nothing is ever unpacked to where a name inside it says.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { Header } from 'tar'
import { JiemuError } from '../../core/errors.ts'
import { isMemberName } from './manifest.ts'

const BLOCK = 512
const CHUNK = 1 << 20

/** Members of known size, one after the other (POSIX.1-1988 ustar). */
export class ArchiveWriter {
  readonly #file: FileHandle
  readonly #mtime: Date

  private constructor(file: FileHandle, mtime: Date) {
    this.#file = file
    this.#mtime = mtime
  }

  /** Fails where the file is there already. */
  static async create(path: string, mtime: Date): Promise<ArchiveWriter> {
    return new ArchiveWriter(await open(path, 'wx', 0o600), mtime)
  }

  /** @returns its SHA-256 */
  async add(path: string, bytes: Uint8Array): Promise<string> {
    await this.addStream(path, bytes.byteLength, [bytes])
    return createHash('sha256').update(bytes).digest('hex')
  }

  /**
   * A file that may still grow: `size` of its bytes.
   * @returns the SHA-256 of what was written
   */
  async addStream(
    path: string,
    size: number,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<string> {
    // What could not be read back must not be written.
    if (!isMemberName(path)) throw new Error(`no backup holds ${JSON.stringify(path)}`)
    const block = Buffer.alloc(BLOCK)
    const header = new Header({ path, size, mode: 0o600, mtime: this.#mtime, type: 'File', uid: 0, gid: 0 })
    if (header.encode(block)) throw new Error(`${path} does not fit a tar header`)
    await this.#file.appendFile(block)
    const hash = createHash('sha256')
    let left = size
    for await (const chunk of chunks) {
      const part = chunk.subarray(0, left)
      hash.update(part)
      await this.#file.appendFile(part)
      left -= part.byteLength
    }
    if (left > 0) throw new Error(`${path} became shorter while it was read`)
    await this.#file.appendFile(Buffer.alloc(padding(size)))
    return hash.digest('hex')
  }

  /** Two empty blocks end it; flushed, so that what is named afterwards is there after a power cut. */
  async finish(): Promise<void> {
    await this.#file.appendFile(Buffer.alloc(2 * BLOCK))
    await this.#file.sync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK

export interface Member {
  readonly path: string
  readonly size: number
  /** Must be read to its end before the next member is asked for; once. */
  chunks(): AsyncGenerator<Buffer>
}

/**
 * The members in their order. Anything that is no plain file with one of our names is refused, and so is an archive that
 * ends without its two empty blocks.
 * @throws JiemuError file-unreadable or backup-invalid
 */
export async function* readArchive(path: string): AsyncGenerator<Member> {
  const invalid = (problem: string) => new JiemuError('backup-invalid', { file: path, problem })
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new JiemuError('file-unreadable', { file: path, problem: error.code ?? error.message }, error)
  })
  let position = 0
  const read = async (length: number): Promise<Buffer> => {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await file.read(buffer, 0, length, position)
    position += bytesRead
    if (bytesRead < length) throw invalid('it is cut off')
    return buffer
  }
  try {
    for (;;) {
      const header = new Header(await read(BLOCK))
      if (header.nullBlock) {
        if (!new Header(await read(BLOCK)).nullBlock) throw invalid('its end is damaged')
        return
      }
      const { path: name = '', size = -1, type } = header
      if (!header.cksumValid) throw invalid('a header is damaged')
      if (type !== 'File' || !isMemberName(name) || size < 0) {
        throw invalid(`it holds what no backup holds: ${JSON.stringify(name).slice(0, 80)} (${type})`)
      }
      const end = position + size
      yield {
        path: name,
        size,
        async *chunks() {
          while (position < end) yield await read(Math.min(CHUNK, end - position))
        },
      }
      // Whoever did not want it is spared the reading, but not the check that it is there.
      if (position < end) position = end
      if (padding(size) > 0) await read(padding(size))
    }
  } finally {
    await file.close()
  }
}

export async function bytesOf(member: Member): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const chunk of member.chunks()) parts.push(chunk)
  return Buffer.concat(parts)
}
