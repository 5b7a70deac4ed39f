// Cameras that misbehave, against the whole product: what it says of each, that it gets over it, and that nobody else suffers.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeResult } from '../benchmarks/provenance.ts'
import { FAULT_CASES, FaultDrill, type FaultOutcome, type HerdOutcome } from './support/fault-drill.ts'

/** JIEMU_FAULTS=1 writes down how soon each was told and over. */
const WRITES = process.env.JIEMU_FAULTS === '1'

type Control = Awaited<ReturnType<FaultDrill['control']>>

describe('in one shard with others', () => {
  let drill: FaultDrill
  let before: Control
  let after: Control
  let outcomes: ReadonlyMap<string, FaultOutcome | Error>
  let herd: HerdOutcome
  beforeAll(async () => {
    drill = await FaultDrill.open()
    before = await drill.control()
    // All at once: most of the time is spent on waiting.
    outcomes = new Map(
      await Promise.all(
        FAULT_CASES.map(async each => [each.fault, await drill.run(each).catch((error: Error) => error)] as const),
      ),
    )
    herd = await drill.herd()
    after = await drill.control()
    if (WRITES) await writeDown()
  }, 280_000)
  afterAll(() => drill?.close())

  test.each(FAULT_CASES)(
    'a camera that is $fault is $state, $code, and well again after it',
    ({ fault, state, code, logged, keeps }) => {
      const outcome = outcomes.get(fault)
      if (outcome instanceof Error) throw outcome
      expect(outcome?.said).toEqual({ state, code })
      for (const said of [code, logged]) if (said) expect(drill.running.output()).toContain(`"code":"${said}"`)
      if (keeps) expect(outcome?.reconnects).toBe(0)
      if (!code) expect(outcome?.analysedMeanwhile).toBeGreaterThan(0)
    },
  )

  test('a hundred cameras that return at once come one after the other', () => {
    expect(herd.cameras).toBe(100)
    // Twenty-five a second begin; a busy machine may accept what has waited all at once.
    expect(herd.mostPerSecond).toBeLessThanOrEqual(60)
  })

  test('meanwhile the sound camera was never away, and the shard never started again', () => {
    const { health, restarts } = after
    expect(health).toMatchObject({ state: 'online', problem: null, reconnects: 0, since: before.health.since })
    expect(health.framesAnalysed).toBeGreaterThan(before.health.framesAnalysed)
    expect(restarts).toBe(0)
  })

  const writeDown = () =>
    writeResult('faults', {
      what: 'One shard with a camera for each fault, a sound one and a hundred small ones, key frames each second: from the fault to what is said of it, and from its end to pictures without a problem',
      footage: [],
      figures: {
        faults: Object.fromEntries([...outcomes].filter(([, outcome]) => !(outcome instanceof Error))),
        hundredAtOnce: herd,
        soundCamera: {
          reconnects: after.health.reconnects,
          analysed: after.health.framesAnalysed - before.health.framesAnalysed,
        },
        shard: { restarts: after.restarts, residentMbBefore: before.shardMb, residentMbAfter: after.shardMb },
      },
    })
})
