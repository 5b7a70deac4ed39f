// Tuning on a drawn street whose right answer is known: who stays longer than a loading van is really parked.
import { beforeAll, expect, test } from 'vitest'
import { type Camera, ownPlace, type Zone } from '../../core/camera.ts'
import type { Box } from '../../core/geometry.ts'
import type { CameraId, GridId, StreetId, ZoneId } from '../../core/ids.ts'
import type { Incident, RejectReason } from '../../core/incident.ts'
import { NO_WORD } from '../../core/reference-view.ts'
import type { Scene } from '../../core/scene.ts'
import { defaultPolicy } from '../../core/team.ts'
import { rerun } from '../../watch/rule-rerun.ts'
import { describeTuning, proposalYaml } from './report.ts'
import { tuneCamera } from './tune-camera.ts'

const AT = Date.parse('2026-01-05T08:00:00+08:00')
const S = 1_000

const zone: Zone = {
  id: 'bay' as ZoneId,
  name: 'bay',
  cameraId: 'kerb' as CameraId,
  version: 1,
  rule: 'illegal-parking',
  polygon: [
    { x: 0, y: 0.3 },
    { x: 1, y: 0.3 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ],
  options: { grace: '60s', clearAfter: '10s' },
  placeId: ownPlace('kerb' as CameraId, 'bay' as ZoneId),
}
const camera: Camera = {
  id: 'kerb' as CameraId,
  name: 'kerb',
  streetId: 'north' as StreetId,
  gridId: 'n1' as GridId,
  source: { kind: 'recorded' },
  sampling: 'keyframes',
  generated: true,
  health: {},
  viewWord: NO_WORD,
  version: 1,
  zones: [zone],
}

/** Vehicles that stand one after the other, each at a place of its own, with what an operator said to the alert. */
interface Stay {
  readonly standsS: number
  readonly score: number
  readonly verdict: 'confirmed' | RejectReason
}
const van = (standsS: number): Stay => ({ standsS, score: 0.8, verdict: 'loading' })
const car = (standsS: number): Stay => ({ standsS, score: 0.8, verdict: 'confirmed' })
const heap: Stay = { standsS: 120, score: 0.56, verdict: 'not-there' }
const dim: Stay = { standsS: 120, score: 0.56, verdict: 'confirmed' }

const boxOf = (index: number): Box => {
  const x1 = 0.05 + (index % 6) * 0.15
  // Thirty places; whoever comes later stands where one has left.
  const y1 = 0.2 + (Math.floor(index / 6) % 5) * 0.16
  return { x1, y1, x2: x1 + 0.1, y2: y1 + 0.12 }
}
const startOf = (stays: readonly Stay[], index: number): number =>
  stays.slice(0, index).reduce((sum, { standsS }) => sum + standsS + 32, 20)

/** A frame every four seconds. */
function scenesOf(stays: readonly Stay[]): readonly Scene[] {
  const lengthS = startOf(stays, stays.length) + 40
  return Array.from({ length: Math.ceil(lengthS / 4) }, (_, frame): Scene => {
    const objects = stays.flatMap(({ standsS, score }, index) => {
      const from = startOf(stays, index)
      const there = frame * 4 >= from && frame * 4 <= from + standsS
      return there ? [{ label: 'car', score, box: boxOf(index) }] : []
    })
    return { at: AT + frame * 4 * S, density: 'keyframes', view: 'clear', objects }
  })
}

const policyFor = () => defaultPolicy('illegal-parking')

/** What was raised then, judged as the stays say. */
async function judged(stays: readonly Stay[], scenes: readonly Scene[]): Promise<readonly Incident[]> {
  const { incidents } = await rerun(camera, [{ zone, options: zone.options, policy: policyFor() }], scenes)
  return (incidents[0] ?? []).map(incident => {
    const stay = stays.find(
      (_, index) =>
        Math.abs(boxOf(index).x1 - (incident.boxes[0]?.x1 ?? 0)) < 0.01 &&
        Math.abs(boxOf(index).y1 - (incident.boxes[0]?.y1 ?? 0)) < 0.01,
    )
    if (!stay) throw new Error('an incident of nobody')
    return stay.verdict === 'confirmed'
      ? { ...incident, review: 'confirmed' }
      : { ...incident, review: 'rejected', rejectReason: stay.verdict }
  })
}

async function tuned(stays: readonly Stay[], keep = 1, change = (live: readonly Incident[]) => live) {
  const scenes = scenesOf(stays)
  const live = change(await judged(stays, scenes))
  const [only] = await tuneCamera(camera, [zone], scenes, { policyFor, incidents: async () => live }, { keep })
  if (!only) throw new Error('the zone is tuned')
  return only
}

const STREET = [car(120), van(64), car(100), van(64), car(140), car(132), van(68), car(112)]
let street: Awaited<ReturnType<typeof tuned>>
beforeAll(async () => {
  street = await tuned(STREET)
})

test('proposes the least longer grace that lets loading vans go, and keeps every parked car', () => {
  expect(street.outcome).toBe('proposed')
  expect(street).toMatchObject({ confirmed: 5, rejected: 3, notFound: 0, few: true, precision: { value: 5 / 8 } })
  expect(street.proposal?.candidate.changes).toEqual({ grace: ['1m', '1m9s'] })
  expect(street.proposal?.precision?.value).toBe(1)
  expect(street.proposal?.lost.map(({ incident, verdict }) => [verdict, incident.rejectReason])).toEqual([
    ['rejected', 'loading'],
    ['rejected', 'loading'],
    ['rejected', 'loading'],
  ])
  expect(street.proposal).toMatchObject({ keptCount: 5, added: [] })
})

test('says to expect less than what it was chosen by', () => {
  const { precision, expected } = street.proposal ?? {}
  expect(expected?.value).toBeLessThanOrEqual(precision?.value ?? 0)
  expect(expected?.low).toBeLessThan(1)
})

test('raises the score instead where heaps are taken for vehicles', async () => {
  const { proposal } = await tuned([car(120), heap, car(100), heap, car(140), car(132), heap])
  expect(Object.keys(proposal?.candidate.changes ?? {})).toEqual(['minScore'])
  expect(proposal?.lost.every(({ incident }) => incident.rejectReason === 'not-there')).toBe(true)
})

test.each([
  ['a dim car looks like the heap', [car(120), heap, dim, car(100), heap, car(140)], 'nothing-better'],
  ['nothing was rejected', [car(120), car(100), car(140), car(132), car(112)], 'nothing-rejected'],
  ['there are four verdicts', [car(120), van(64), car(140), van(64)], 'too-few-verdicts'],
] as const)('proposes nothing where %s', async (_, stays, outcome) => {
  const zoneTuning = await tuned(stays)
  expect(zoneTuning).toMatchObject({ outcome, proposal: null })
})

test('may lose a confirmed one where it is allowed to', async () => {
  const stays = [car(120), heap, dim, car(100), heap, car(140)]
  const { proposal } = await tuned(stays, 0.7)
  expect(proposal?.lost.map(({ verdict }) => verdict).sort()).toEqual(['confirmed', 'rejected', 'rejected'])
})

test('leaves out verdicts that are about no threshold, other versions of the zone, and what the log does not give again', async () => {
  const { confirmed, rejected, notFound } = await tuned(STREET, 1, live => [
    ...live.map((incident, index): Incident => {
      if (index === 1) return { ...incident, rejectReason: 'duplicate' }
      return index === 2 ? { ...incident, zoneVersion: 7 } : incident
    }),
    ...live.slice(0, 1).map(incident => ({
      ...incident,
      subject: 'of another shard',
      since: AT - 99 * S,
      openedAt: AT - 9 * S,
      clearedAt: AT - 1 * S,
    })),
  ])
  expect([confirmed, rejected, notFound]).toEqual([4, 2, 1])
})

test('says from which score on nobody would have had to look, which alerts these are, and changes no file for it', async () => {
  expect(street.auto).toBeNull()
  expect(describeTuning(street)).toContain('nothing could go straight to dispatch')
  const sure = await tuned(Array.from({ length: 37 }, (_, index) => (index === 10 ? heap : car(100))))
  expect(sure.auto).toMatchObject({ score: 0.8, of: 37, precision: { value: 1 } })
  expect(sure.auto?.straight.map(({ incident }) => incident.review)).toEqual(Array(36).fill('confirmed'))
  const text = describeTuning(sure)
  expect(text).toContain('straight to dispatch from a score of 0.8 on: 36 of 37 alerts, precision 1.00 (0.90–1.00)')
  expect(text).toContain('{ kind: illegal-parking, zone: kerb/bay, mode: auto, autoScore: 0.8 }')
  expect(text.match(/unasked {2}2026-01-05 \d\d:\d\d:\d\d {2}dwell \S+ {2}score 0\.80 {2}confirmed/g)).toHaveLength(36)
  expect(proposalYaml([sure])).not.toContain('policies')
})

test('tells a person what would change, with the times', () => {
  const text = describeTuning(street)
  expect(text).toContain('kerb/bay illegal-parking: 8 incidents, 5 confirmed, 3 rejected, precision 0.63 (0.31–0.86)')
  expect(text).toContain('proposed: grace 1m → 1m9s')
  expect(text).toContain('fewer than 30 verdicts: a hint to look at, and no proof')
  expect(text).toMatch(/goes {2}2026-01-05 08:\d\d:\d\d {2}dwell \d+m?\d*s? .* rejected: loading/)
})

test('is the same to the last byte every time', async () => {
  expect(JSON.stringify(await tuned(STREET))).toBe(JSON.stringify(street))
})

test('writes a file of the changed zones only', () => {
  expect(proposalYaml([street])).toBe(
    [
      '# Proposed by jiemu tune; nothing is applied before it is imported.',
      '# kerb/bay: grace 1m → 1m9s',
      '',
      'zones:',
      '  - camera: kerb',
      '    id: bay',
      '    name: bay',
      '    rule: illegal-parking',
      '    polygon:',
      '      - [0, 0.3]',
      '      - [1, 0.3]',
      '      - [1, 1]',
      '      - [0, 1]',
      '    options:',
      '      grace: 1m9s',
      '      clearAfter: 10s',
      '',
    ].join('\n'),
  )
})
