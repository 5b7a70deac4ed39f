// One side of a comparison, in a process of its own: opens a stage and repeats it whenever the gate asks.
import { setTimeout as delay } from 'node:timers/promises'
import { Scope } from '../../../core/scope.ts'
import { STAGES } from './index.ts'
import { kernel } from './kernel.ts'
import type { AfterUnit, Prepare, StageInput, StageName } from './stage.ts'

/** A slow-down to be planted: a share of each unit's CPU time spent again, or waited for, and then at least so long. */
export type Plant = { readonly spend: number } | { readonly wait: number; readonly leastMs: number }

export type ToChild =
  | { readonly type: 'open'; readonly stage: StageName; readonly input: StageInput }
  | { readonly type: 'repeat'; readonly count: number; readonly plant?: Plant }
  | { readonly type: 'close' }

export interface Repetition {
  /** User and system time of the whole process. */
  readonly cpuMs: number
  readonly wallMs: number
  /** CPU time of the calibration kernel, just before. */
  readonly kernelMs: number
}

export type FromChild =
  | { readonly type: 'opened' }
  | ({ readonly type: 'repeated' } & Repetition)
  | { readonly type: 'failed'; readonly problem: string }

const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function planted(plant: Plant | undefined): AfterUnit {
  if (!plant) return () => undefined
  let cpuBefore = cpuMs()
  let before = performance.now()
  return async () => {
    if ('spend' in plant) for (const until = cpuMs() + plant.spend * (cpuMs() - cpuBefore); cpuMs() < until; );
    else await delay(Math.max(plant.leastMs, plant.wait * (performance.now() - before)))
    cpuBefore = cpuMs()
    before = performance.now()
  }
}

async function repeat(prepare: Prepare, count: number, plant?: Plant): Promise<Repetition> {
  const run = await prepare(count)
  // Every repetition begins with the heap swept, or one would pay for another's litter.
  globalThis.gc?.()
  const beforeKernel = cpuMs()
  kernel()
  const kernelMs = cpuMs() - beforeKernel
  const after = planted(plant)
  const before = performance.now()
  const cpuBefore = cpuMs()
  await run(after)
  return { cpuMs: cpuMs() - cpuBefore, wallMs: performance.now() - before, kernelMs }
}

const scope = new Scope()
let prepare: Prepare | undefined

async function obey(message: ToChild): Promise<FromChild | undefined> {
  switch (message.type) {
    case 'open':
      prepare = await STAGES.find(({ name }) => name === message.stage)?.open(message.input, scope)
      if (!prepare) throw new Error(`there is no stage "${message.stage}"`)
      return { type: 'opened' }
    case 'repeat':
      if (!prepare) throw new Error('no stage is open')
      return { type: 'repeated', ...(await repeat(prepare, message.count, message.plant)) }
    case 'close':
      await scope.close()
      process.disconnect()
      return undefined
  }
}

process.on('message', (message: ToChild) => {
  obey(message)
    .catch((thrown: unknown) => ({ type: 'failed', problem: String((thrown as Error).stack ?? thrown) }) as const)
    .then(answer => answer && process.send?.(answer))
})
// Whoever asked is gone: so is the reason to go on.
process.on('disconnect', () => process.exit(0))
