// The shard's role: forked by `serve`, it talks to main over the process channel and ends with it.
import { pino } from 'pino'
import { CRASH_MARKS_FD, FileMarks } from '../core/crash-marks.ts'
import { armFailpoint } from '../core/failpoint.ts'
import type { FromShard, ToShard } from '../core/shard-contract.ts'
import { buildShard, type ShardSettings } from '../shard.ts'

export async function shard(): Promise<void> {
  if (!process.send) throw new Error('a shard is started by `jiemu serve`')
  const settings = JSON.parse(process.env.JIEMU_SHARD ?? '{}') as ShardSettings & { readonly logLevel: string }
  const log = pino({ level: settings.logLevel, base: { shard: process.pid } }, pino.destination(2))
  // Before anything is opened: main may die while the network is being loaded, and then nobody else would end us.
  process.on('disconnect', () => process.exit(0))
  if (!process.connected) process.exit(0)
  // Ctrl-C reaches the whole group; main decides when its shards end.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => undefined)
  // Main would not have started with it, had nobody allowed it.
  armFailpoint(true)
  // A message to a channel that has just closed must not throw: its end is what stops us.
  const built = await buildShard(
    {
      send: (message, sent) => void process.send?.(message, undefined, {}, () => sent?.()),
      receive: listener => process.on('message', message => listener(message as ToShard)),
    },
    settings,
    log,
    { marks: new FileMarks(CRASH_MARKS_FD) },
  )
  process.on('message', message => {
    // What was said last is sent before we end: main goes on from it.
    const end = () => process.send?.({ type: 'stopped' } satisfies FromShard, undefined, {}, () => process.exit(0))
    if ((message as ToShard).type === 'stop') void built.close().finally(end)
  })
}
