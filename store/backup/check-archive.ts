// Reads a backup from its first byte to its last before anything is restored of it.
import { createHash } from 'node:crypto'
import { JiemuError } from '../../core/errors.ts'
import { bytesOf, readArchive } from './archive.ts'
import { BEGINS, beginSchema, ENDS, FORMAT, isPicture, type Manifest, manifestSchema } from './manifest.ts'

/**
 * @param migrations those of this program, in their order
 * @throws JiemuError file-unreadable, backup-invalid, or backup-newer where it is of a later program
 */
export async function checkArchive(
  file: string,
  migrations: readonly string[],
  onProgress?: (bytes: number) => void,
): Promise<Manifest> {
  const invalid = (problem: string) => new JiemuError('backup-invalid', { file, problem })
  const found = new Map<string, { size: number; sha256: string }>()
  let manifest: Manifest | undefined
  let pictures = 0
  let first = true
  for await (const member of readArchive(file)) {
    if (manifest) throw invalid('something follows its manifest')
    if (first !== (member.path === BEGINS)) throw invalid(`it does not begin with ${BEGINS}`)
    if (member.path === ENDS) {
      manifest = parsed(manifestSchema, await bytesOf(member), invalid)
      continue
    }
    const hash = createHash('sha256')
    let begin = ''
    for await (const chunk of member.chunks()) {
      hash.update(chunk)
      if (first) begin += chunk.toString()
      onProgress?.(chunk.byteLength)
    }
    const sha256 = hash.digest('hex')
    if (first && parsed(beginSchema, Buffer.from(begin), invalid).format !== FORMAT) {
      throw new JiemuError('backup-newer', { file, problem: 'its format is another' })
    }
    first = false
    if (isPicture(member.path)) {
      if (!member.path.includes(`/${sha256}.`)) throw invalid(`${member.path} is another picture`)
      pictures += 1
    } else if (found.has(member.path)) throw invalid(`${member.path} is in it twice`)
    else found.set(member.path, { size: member.size, sha256 })
  }
  if (!manifest) throw invalid('it has no manifest')
  const wanted = Object.entries(manifest.members)
  for (const [path, { size, sha256 }] of wanted) {
    const there = found.get(path)
    if (there?.size !== size || there.sha256 !== sha256) throw invalid(`${path} is not what the manifest says`)
  }
  if (found.size !== wanted.length) throw invalid('it holds more than its manifest says')
  if (pictures !== manifest.pictures) throw invalid(`it has ${pictures} pictures of ${manifest.pictures}`)
  const theirs = [...manifest.migrations]
  if (theirs.some((name, index) => name !== migrations[index])) {
    const unknown = theirs.find(name => !migrations.includes(name)) ?? theirs.at(-1) ?? ''
    throw new JiemuError('backup-newer', { file, problem: `this program does not know its schema "${unknown}"` })
  }
  return manifest
}

function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  bytes: Buffer,
  invalid: (problem: string) => JiemuError,
): T {
  try {
    const result = schema.safeParse(JSON.parse(bytes.toString('utf8')))
    if (result.success) return result.data
  } catch {
    // Told below.
  }
  throw invalid('what it says of itself cannot be read')
}
