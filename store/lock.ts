// One process per data directory: a lock file that names its owner, and that an owner killed with -9 cannot keep.
import { readFileSync } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JiemuError } from '../core/errors.ts'

/** Held by this very process, whose own pid would otherwise look like that of a dead namesake. */
const held = new Set<string>()

/** When a process started, in ticks since boot: tells it from a later one with the same pid. Empty where unknown. */
function startOf(pid: number): string {
  try {
    // Field 22; the second field is the command in brackets and may hold spaces.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function runs(owner: string): boolean {
  const [pid = 0, start] = owner.trim().split(' ')
  if (!(Number(pid) > 0)) return false
  // In a container the successor often gets the pid of the killed: its own name on the lock is then a leftover.
  if (Number(pid) === process.pid) return false
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return !start || start === startOf(Number(pid))
}

/**
 * Takes the directory for this process.
 * @returns gives it back
 * @throws JiemuError database-locked
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  if (held.has(directory)) throw new JiemuError('database-locked', { directory })
  held.add(directory)
  const path = join(directory, 'lock')
  const own = join(directory, `lock.${process.pid}`)
  try {
    await writeFile(own, `${process.pid} ${startOf(process.pid)}\n`)
    while (!(await linked(own, path))) {
      const owner = await readFile(path, 'utf8').catch(() => undefined)
      if (owner === undefined) continue
      if (runs(owner)) throw new JiemuError('database-locked', { directory })
      // Of two that find the same leftover, only one can move it away; the other looks again.
      const leftover = join(directory, `lock.${process.pid}.old`)
      await rename(path, leftover).catch(() => undefined)
      // Who was slower may have moved away what the quicker one has put there since: it goes back.
      const moved = await readFile(leftover, 'utf8').catch(() => owner)
      if (moved !== owner) await link(leftover, path).catch(() => undefined)
      await rm(leftover, { force: true })
    }
  } catch (error) {
    held.delete(directory)
    throw error
  } finally {
    await rm(own, { force: true })
  }
  return async () => {
    await rm(path, { force: true })
    held.delete(directory)
  }
}

/** A hard link appears whole or not at all, unlike a file that is created and then written. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
