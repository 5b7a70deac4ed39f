// The shard's role: forked by `serve`, it talks to main over the process channel and ends with it.
import { pino } from 'pino'
import type { ToShard } from '../core/shard-contract.ts'
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
  // A message to a channel that has just closed must not throw: its end is what stops us.
  const built = await buildShard(
    {
      send: (message, sent) => void process.send?.(message, undefined, {}, () => sent?.()),
      receive: listener => process.on('message', message => listener(message as ToShard)),
    },
    settings,
    log,
  )
  process.on('message', message => {
    if ((message as ToShard).type === 'stop') void built.close().finally(() => process.exit(0))
  })
}
