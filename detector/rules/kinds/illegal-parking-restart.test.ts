// A stay through a restart of its shard: the rule goes on from its snapshot as if nothing had happened.
import { describe, expect, test } from 'vitest'
import type { Scene } from '../../../core/scene.ts'
import {
  carAt,
  type MakeRule,
  observationsIn,
  play,
  ruleOf,
  START_AT,
  scenes,
  story,
  throughRestarts,
  vehicle,
} from '../painted.ts'
import { illegalParking } from './illegal-parking.ts'

const SPOT = carAt(0.5, 0.7)
const PARKED = vehicle(1, SPOT)
const OTHER = vehicle(2, SPOT)
const BUS = vehicle(9, { x1: 0.2, y1: 0.3, x2: 0.9, y2: 0.95 }, { label: 'bus' })

const rule = (options: object = {}): MakeRule => ruleOf(illegalParking, { grace: '30s', ...options })

describe('a restart', () => {
  const street: readonly Scene[] = [
    ...scenes(0, 24, [PARKED, vehicle(5, carAt(0.2, 0.5))]),
    ...scenes(24, 50, [BUS]),
    ...scenes(50, 70, [], { view: 'blurred' }),
    ...scenes(70, 100, [PARKED, vehicle(6, carAt(0.8, 0.5))]),
    ...scenes(100, 140, [vehicle(6, carAt(0.8, 0.5))]),
    ...scenes(200, 260, [PARKED]),
  ]

  test('at any point changes nothing', () => {
    const make = rule({ cooldown: '5m' })
    const { on, anew, findings } = throughRestarts(make, street, (each, scene) => play(each, [scene]))
    expect(anew).toEqual(on)
    expect(findings.length).toBeGreaterThan(20)
  })

  test('does not take another vehicle for the one before because a new tracker counts from 1 again', () => {
    const dense = { stepS: 2, density: 'dense' } as const
    const first = rule()()
    play(first, scenes(0, 20, [{ ...PARKED, trackId: 1 }], dense))
    const second = rule()(JSON.parse(JSON.stringify(first.snapshot())))
    const findings = play(second, scenes(20, 80, [{ ...OTHER, trackId: 1 }], dense))
    expect(observationsIn(findings)[0]?.since).toBe(START_AT + 20_000)
  })

  test('from one snapshot two watches tell of one incident, wherever in the box each of them saw the car next', () => {
    const first = rule()()
    play(first, scenes(0, 2, [PARKED]))
    const snapshot = JSON.parse(JSON.stringify(first.snapshot()))
    // The first of them dies before anybody has stored what it knows.
    const told = [0, 0.004].map(shift => {
      const seen = { ...PARKED, box: carAt(0.5 + shift, 0.7) }
      return observationsIn(play(rule()(snapshot), scenes(20, 60, [seen])))[0]?.fingerprint
    })
    expect(told[0]).toBeDefined()
    expect(told[1]).toBe(told[0])
  })

  test.each([
    ['nothing', undefined],
    ['rubbish', { version: 7 }],
    ['a text', 'x'],
    ['null', null],
  ])('with %s as its snapshot begins anew', (_, restored) => {
    expect(story(play(rule()(restored), scenes(0, 40, [PARKED])))).toContain('30 holds A')
  })

  test('raises the revision when a candidate starts, fires and ends', () => {
    const parked = rule()()
    const revisions = [scenes(0, 4, [PARKED]), scenes(4, 34, [PARKED]), scenes(34, 80, [])].map(part => {
      play(parked, part)
      return parked.revision
    })
    expect(new Set([0, ...revisions]).size).toBe(4)
  })
})
