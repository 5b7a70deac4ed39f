// Secrets at rest: AES-256-GCM under a key from the environment, or from a file that only its owner may read.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JiemuError } from '../core/errors.ts'

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const PREFIX = 'v1.'

export class Secrets {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** A key of its own for one purpose (HKDF, RFC 5869): it says nothing about this one or another. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#key, '', purpose, KEY_BYTES))
  }

  /** @param owner bound into the result: a secret moved to another owner does not open */
  seal(secret: string, owner: string): string {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(owner))
    const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
  }

  /** @throws JiemuError secret-key-invalid where it was sealed under another key or for another owner */
  open(sealed: string, owner: string): string {
    try {
      const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64')
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    } catch (error) {
      throw new JiemuError('secret-key-invalid', { problem: `it does not open the secret of ${owner}` }, error)
    }
  }
}

/**
 * @param fromEnvironment JIEMU_SECRET_KEY, 32 bytes in base64; without it `secret.key` in the data directory is
 *   read, or written on first use
 * @throws JiemuError secret-key-invalid
 */
export async function openSecrets(dataDirectory: string, fromEnvironment: string | undefined): Promise<Secrets> {
  if (fromEnvironment) return new Secrets(decodeKey(fromEnvironment, 'JIEMU_SECRET_KEY'))
  const file = join(dataDirectory, 'secret.key')
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  try {
    await writeFile(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  if (((await stat(file)).mode & 0o077) !== 0) {
    throw new JiemuError('secret-key-invalid', { problem: `${file} can be read by others: chmod 600 it` })
  }
  return new Secrets(decodeKey(await readFile(file, 'utf8'), file))
}

function decodeKey(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length === KEY_BYTES) return key
  throw new JiemuError('secret-key-invalid', { problem: `${where} holds ${key.length} bytes instead of ${KEY_BYTES}` })
}
