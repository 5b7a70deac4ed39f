// Fail-points: named edges at which the kill test makes the process die as if by `kill -9`.
import { JiemuError } from './errors.ts'

export const FAILPOINTS = [
  'ledger:before-commit',
  'ledger:after-commit',
  'command:before-commit',
  'command:after-commit',
  'perform:before-commit',
  'perform:after-commit',
  'outbox:before-publish',
  'outbox:after-publish',
  'outbox:after-mark',
  'ack:before',
  'ack:after',
] as const
export type Failpoint = (typeof FAILPOINTS)[number]

/** In a shard, at one camera's data: it dies as native code does, with a segmentation fault, each time it comes there. */
const SHARD_FAILPOINTS = ['shard:open', 'shard:decode'] as const
export type ShardFailpoint = (typeof SHARD_FAILPOINTS)[number]

interface Armed {
  readonly name: string
  /** Of a shard: at whose data. */
  readonly camera: string | undefined
  /** Passages that are let through before the one that kills. */
  spare: number
}

let armed: Armed | undefined

/** Reads "ledger:after-commit", for the third passage only "ledger:after-commit:3", and in shards "shard:decode@gate". */
export function parseFailpoint(text: string): {
  readonly name: string
  readonly nth: number
  readonly camera?: string
} {
  const [name = '', camera] = text.split('@')
  if (camera !== undefined) return { name, camera, nth: 1 }
  const counted = /^(.+):(\d+)$/.exec(text)
  return counted ? { name: counted[1] ?? '', nth: Number(counted[2]) } : { name: text, nth: 1 }
}

/**
 * Called once at start, with JIEMU_FAILPOINT and whether --allow-failpoints was given. Nothing is armed without it.
 * @throws JiemuError failpoint-refused where the variable is set but not allowed; options-invalid for an unknown name
 */
export function armFailpoint(allowed: boolean, wish: string | undefined = process.env.JIEMU_FAILPOINT): void {
  armed = undefined
  if (!wish) return
  if (!allowed) throw new JiemuError('failpoint-refused')
  const { name, nth, camera } = parseFailpoint(wish)
  const names: readonly string[] = camera === undefined ? FAILPOINTS : SHARD_FAILPOINTS
  if (!names.includes(name) || nth < 1) {
    throw new JiemuError('options-invalid', { where: 'JIEMU_FAILPOINT', problem: `no fail-point "${wish}"` })
  }
  armed = { name, camera, spare: nth - 1 }
}

/** Dies here if this is the armed edge; costs one comparison otherwise. */
export function failpoint(name: Failpoint): void {
  if (armed?.name !== name) return
  if (armed.spare > 0) armed.spare -= 1
  else process.kill(process.pid, 'SIGKILL')
}

/** Likewise in a shard, at the data of this camera. */
export function shardFailpoint(name: ShardFailpoint, camera: string): void {
  if (armed?.name === name && armed.camera === camera) process.kill(process.pid, 'SIGSEGV')
}
