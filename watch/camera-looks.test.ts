// What a camera owes: each look answered once it can be, again while it is asked for, and given up in time.
import { beforeEach, expect, test } from 'vitest'
import type { LookRequest } from '../core/fresh-look.ts'
import type { CameraId, Fingerprint, IncidentId, ZoneId } from '../core/ids.ts'
import type { Scene } from '../core/scene.ts'
import { ONLINE } from '../detector/rules/attended.ts'
import { illegalParking } from '../detector/rules/kinds/illegal-parking.ts'
import { overflowingBin } from '../detector/rules/kinds/overflowing-bin.ts'
import { paintedPicture, ruleOf, START_AT, sceneAt, scenes } from '../detector/rules/painted.ts'
import { CameraLooks, type Looked } from './camera-looks.ts'
import { LookBursts } from './look-bursts.ts'

const BOX = { x1: 0.34, y1: 0.55, x2: 0.46, y2: 0.7 }
const request = (id: string, change: Partial<LookRequest> = {}): LookRequest => ({
  id,
  incidentId: `inc-${id}` as IncidentId,
  cameraId: 'gate' as CameraId,
  zoneId: 'kerb' as ZoneId,
  fingerprint: `illegal-parking|gate/kerb|${id}` as Fingerprint,
  subject: id,
  boxes: [BOX],
  askedAt: START_AT,
  clear: { forMs: 10_000 },
  withinMs: 600_000,
  ...change,
})

let hurried: string[]
let bursts: LookBursts
let looks: CameraLooks

beforeEach(() => {
  hurried = []
  bursts = new LookBursts(() => 3)
  looks = camera()
})

const camera = () =>
  new CameraLooks({
    rules: new Map([
      ['kerb' as ZoneId, ruleOf(illegalParking, {})()],
      ['bin' as ZoneId, ruleOf(overflowingBin, {}, { id: 'bin' as ZoneId, rule: 'overflowing-bin' })()],
    ]),
    sampler: { hurry: (zone, everyMs, untilAt) => untilAt > 0 && hurried.push(`${zone} every ${everyMs / 1_000} s`) },
    bursts,
  })

/** Shows a camera these scenes, on its own clock, which is ours. */
function show(to: CameraLooks, parts: readonly Scene[]): readonly Looked[] {
  return parts.flatMap(scene => {
    const frame = { capturedAt: scene.at, receivedAt: scene.at, picture: paintedPicture(0, BOX) }
    return to.take(frame, scene, scene.at)
  })
}
const attended = (state: typeof ONLINE.state, afterS: number, sinceS = 0) =>
  looks.attend({ ...ONLINE, state, since: START_AT + sinceS * 1_000 }, START_AT + afterS * 1_000)

test('an answer comes with the picture that decided it, which is the incident’s own', () => {
  looks.ask([request('a')])
  const [looked, ...others] = show(looks, scenes(0, 30, []))
  const at = START_AT + 10_000
  expect(others).toEqual([])
  expect(looked?.answer).toEqual({
    ...{ lookId: 'a', cameraId: 'gate', verdict: 'clear', at, pictured: true },
    samples: { clear: 6, there: 0, blind: 0 },
  })
  expect(looked?.picture).toMatchObject({ incidentId: 'inc-a', moment: 'verified', at, zoneId: 'kerb', boxes: [BOX] })
})

test('what reached us before it was asked does not count', () => {
  looks.ask([request('a', { askedAt: START_AT + 20_000 })])
  expect(show(looks, scenes(0, 40, [])).map(({ answer }) => answer.at)).toEqual([START_AT + 30_000])
})

test('asked again it goes on looking, and what was answered is answered again while it is asked for', () => {
  looks.ask([request('a')])
  show(looks, scenes(0, 6, []))
  expect(looks.ask([request('a')])).toEqual([])
  const [looked] = show(looks, scenes(6, 30, []))
  expect(looked?.answer.at).toBe(START_AT + 10_000)
  expect(looks.ask([request('a')])).toEqual([looked?.answer])
  expect(looks.ask([])).toEqual([])
  expect(show(looks, scenes(30, 60, []))).toEqual([])
})

test('a look that is not asked for any more is forgotten, and asked later it begins anew', () => {
  looks.ask([request('a')])
  show(looks, scenes(0, 8, []))
  looks.ask([])
  looks.ask([request('a')])
  expect(show(looks, scenes(8, 30, [])).map(({ answer }) => answer.at)).toEqual([START_AT + 18_000])
})

test('a zone that is gone has nobody who could judge, which is said at once', () => {
  const nothing = { clear: 0, there: 0, blind: 0 }
  expect(looks.ask([request('a', { zoneId: 'gone' as ZoneId })])).toEqual([
    { lookId: 'a', cameraId: 'gate', verdict: 'blind', samples: nothing, at: START_AT, pictured: false },
  ])
  expect(show(looks, scenes(0, 60, []))).toEqual([])
})

test.each([
  ['has ended', 'ended', 1, 0, 'blind'],
  ['has failed', 'failed', 1, 0, 'blind'],
  ['has been away for a minute', 'retrying', 61, 1, 'blind'],
  ['was away before it was asked, and may come back', 'retrying', 30, -600, undefined],
  ['is there, and could not tell in its time', 'online', 600, 0, 'blind'],
  ['is there', 'online', 599, 0, undefined],
] as const)('a camera that %s', (_, state, afterS, sinceS, verdict) => {
  looks.ask([request('a')])
  show(looks, [sceneAt(0, [], { view: 'dark' })])
  expect(attended(state, afterS, sinceS)[0]?.answer.verdict).toBe(verdict)
})

test('a camera that gives up says what it has seen, without a picture', () => {
  looks.ask([request('a')])
  show(looks, scenes(0, 10, [], { view: 'dark' }))
  expect(attended('online', 600)).toEqual([
    {
      answer: {
        ...{ lookId: 'a', cameraId: 'gate', verdict: 'blind', at: START_AT + 600_000, pictured: false },
        samples: { clear: 0, there: 0, blind: 5 },
      },
    },
  ])
})

test('a zone that is looked at on a schedule is looked at more often for the while; a kerb is seen in every picture anyway', () => {
  looks.ask([request('a'), request('b', { zoneId: 'bin' as ZoneId, clear: { k: 3, n: 4 } })])
  show(looks, scenes(0, 8, []))
  expect(hurried).toEqual(['bin every 5 s'])
  expect(bursts.counts).toEqual({ begun: 1, waited: 0 })
})

test('of a few cameras one at a time hurries, and the next when it is done or its time is up', () => {
  const bin = { zoneId: 'bin' as ZoneId, clear: { k: 3, n: 4 } }
  const other = camera()
  looks.ask([request('a', bin)])
  other.ask([request('b', bin)])
  show(looks, scenes(0, 2, []))
  show(other, scenes(0, 4, []))
  expect([hurried.length, bursts.counts]).toEqual([1, { begun: 1, waited: 2 }])
  looks.ask([])
  show(other, scenes(4, 6, []))
  expect(hurried).toHaveLength(2)
  looks.ask([request('c', bin)])
  show(looks, scenes(6, 8, []))
  expect(hurried).toHaveLength(2)
  show(looks, scenes(46, 48, []))
  expect(hurried).toHaveLength(3)
})
