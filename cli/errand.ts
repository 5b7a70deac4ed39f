// The errand's role: forked by `serve` for one thing, it brings back what it found and ends; it ends with main, too.
import type { Errand, FromErrand } from '../core/errand.ts'
import { toJiemuError } from '../core/errors.ts'

export async function errand(): Promise<void> {
  if (!process.send) throw new Error('an errand is started by `jiemu serve`')
  process.on('disconnect', () => process.exit(0))
  if (!process.connected) process.exit(0)
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => undefined)
  const tell = (message: FromErrand) =>
    new Promise<void>(resolve => process.send?.(message, undefined, {}, () => resolve()))
  process.once('message', async message => {
    let answer: FromErrand
    try {
      const { doErrand } = await import('../watch/errand.ts')
      const result = await doErrand(message as Errand, done => void tell({ type: 'progress', done }))
      answer = { type: 'done', result }
    } catch (thrown) {
      const { code, detail } = toJiemuError(thrown, 'errand-failed')
      answer = { type: 'failed', code, detail }
    }
    await tell(answer)
    process.exit(0)
  })
  await tell({ type: 'ready' })
}
