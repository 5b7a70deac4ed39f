// A camera's faults through a restart of its shard, a change of clocks, and whatever else may come.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StreamHealth } from '../../../core/health.ts'
import { VIEWS, type View } from '../../../core/scene.ts'
import { CORRUPT, type Event, ONLINE, healthRule as rule, seen, silent, story, tell, told } from '../attended.ts'
import { observationsIn, START_AT, throughRestarts } from '../painted.ts'

describe('a restart', () => {
  const day: readonly Event[] = [
    ...seen(0, 20),
    ...seen(20, 90, 'moved'),
    ...silent(90, 180, 88),
    ...seen(180, 300),
    ...told(180, 300, { problem: CORRUPT }),
    ...seen(2_000, 2_100, 'blurred'),
    ...seen(2_100, 2_200),
    ...told(2_000, 2_200, {}),
  ].toSorted((a, b) => a.at - b.at)

  test('at any point changes nothing', () => {
    const make = rule()
    const { on, anew, findings, revision } = throughRestarts(make, day, (each, event) => tell(each, [event]))
    expect(anew).toEqual(on)
    expect(findings.length).toBeGreaterThan(20)
    expect(revision).toBeGreaterThan(5)
  })

  test('time in which we were away is not time in which the camera was offline', () => {
    const before = rule()()
    tell(before, seen(0, 10), silent(10, 25, 8))
    const after = rule()(JSON.parse(JSON.stringify(before.snapshot())))
    // 12 s are known; 18 s more are needed, whatever lay between.
    expect(story(tell(after, silent(600, 700, undefined, { state: 'connecting' })))).toEqual(['620 offline holds'])
  })

  test('an incident that was open stays open, and is not told twice', () => {
    const before = rule()()
    tell(before, seen(0, 10), silent(10, 60, 8))
    const after = rule()(JSON.parse(JSON.stringify(before.snapshot())))
    expect(story(tell(after, seen(300, 400)))).toEqual([
      ...['300 offline holds', '360 offline picture cleared', '360 offline ended'],
    ])
  })

  test.each([
    ['nothing', undefined],
    ['rubbish', { version: 7 }],
    ['a text', 'x'],
    ['null', null],
  ])('with %s as its snapshot begins anew', (_, restored) => {
    expect(story(tell(rule()(restored), seen(0, 60, 'moved')))).toContain('30 moved holds')
  })
})

test('footage in place of a camera, with an earlier time, ends what was open', () => {
  const watching = rule()()
  tell(watching, silent(100_000, 100_100))
  const findings = tell(watching, seen(0, 100, 'moved'))
  expect(story(findings)).toEqual(['100095.001 offline ended', '30 moved picture fired', '30 moved holds'])
})

/** Faults that can be seen to be gone while this is seen. */
const DENIES: Readonly<Record<View, readonly string[]>> = {
  clear: ['offline', ...VIEWS],
  moved: ['offline', 'dark', 'overexposed', 'covered', 'frozen'],
  blurred: ['offline', 'dark', 'overexposed', 'covered', 'frozen'],
  drops: ['offline', 'dark', 'overexposed', 'covered', 'frozen'],
  frozen: ['offline', 'dark', 'overexposed'],
  covered: ['offline', 'dark', 'overexposed'],
  overexposed: ['offline', 'dark'],
  dark: ['offline'],
}

test('whatever comes: at most one open incident of each fault, told in order; blindness clears nothing; little is kept', () => {
  const stream = fc.record({
    state: fc.constantFrom<StreamHealth['state'][]>('connecting', 'online', 'retrying', 'failed'),
    problem: fc.constantFrom(null, CORRUPT),
    clockSkewMs: fc.constantFrom(null, 0, 60_000),
    silentMs: fc.integer({ min: 0, max: 90_000 }),
  })
  const one = fc.record({
    afterMs: fc.oneof(fc.integer({ min: 40, max: 20_000 }), fc.integer({ min: 60_000, max: 2_000_000 })),
    event: fc.oneof(fc.record({ view: fc.constantFrom(...VIEWS) }), fc.record({ stream })),
    times: fc.integer({ min: 1, max: 20 }),
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 60 }), fc.boolean(), (parts, restarts) => {
      const make = rule({ offline: { after: '5s' }, moved: { after: '3s' }, clearAfter: '5s' })
      let watching = make()
      let at = START_AT
      const open = new Set<string>()
      const sequences = new Map<string, number>()
      for (const { afterMs, event: what, times } of parts) {
        for (let n = 0; n < times; n++) {
          at += afterMs
          const findings =
            'view' in what
              ? tell(watching, [{ at, scene: { at, density: 'keyframes', view: what.view, objects: [] } }])
              : tell(watching, [{ at, health: { ...ONLINE, ...what.stream, lastFrameAt: at - what.stream.silentMs } }])
          const mayEnd = 'view' in what ? DENIES[what.view] : ['corrupt', 'clock-skew']
          for (const { subject, phase, sequence } of observationsIn(findings)) {
            expect(sequence).toBeGreaterThan(sequences.get(subject) ?? 0)
            sequences.set(subject, sequence)
            if (phase === 'holds') open.add(subject)
            // An end is repeated; what is said first must be seen.
            else if (open.delete(subject)) expect(mayEnd).toContain(subject)
          }
        }
        const stored = JSON.stringify(watching.snapshot())
        expect(stored.length).toBeLessThan(32_768)
        expect(JSON.stringify(watching.snapshot(true)).length).toBeLessThan(8_192)
        if (restarts) watching = make(JSON.parse(stored))
      }
    }),
    { numRuns: 100 },
  )
})
