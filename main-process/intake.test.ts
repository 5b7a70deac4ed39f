// The order in which reports are taken in, and what happens to them while the database is away.
import { expect, test, vi } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import type { CameraId, Fingerprint } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { Observation, PictureRequest } from '../core/observation.ts'
import type { ReferenceView } from '../core/reference-view.ts'
import { Intake, type IntakeDeps, type Report } from './intake.ts'

const CAMERA = 'gate' as CameraId

function observed(fingerprint: string, sequence: number, phase: 'holds' | 'ended' = 'holds'): Report {
  return {
    type: 'observation',
    observation: { fingerprint: fingerprint as Fingerprint, sequence, phase, cameraId: CAMERA } as Observation,
  }
}
const rules = (takenAt: number): Report => ({
  type: 'rules',
  cameraId: CAMERA,
  snapshot: { version: 1, takenAt, zones: {} },
})
const scenes = (at: number): Report => ({ type: 'scenes', cameraId: CAMERA, lines: [{ at, line: '' }] })

const reference = (takenAt: number): Report => ({
  type: 'reference',
  reference: { cameraId: CAMERA, current: { takenAt } } as ReferenceView,
})

/** Node 20 has no Promise.withResolvers. */
function gate(): { closed: Promise<void>; open: () => void } {
  let open = () => {}
  const closed = new Promise<void>(resolve => {
    open = resolve
  })
  return { closed, open }
}

/** Records what is taken in; `gate` lets a test hold the first report back, `fail` names reports that fail. */
function listening(options: { gate?: Promise<void>; fail?: () => JiemuError | undefined } = {}) {
  const taken: string[] = []
  const acknowledged: number[] = []
  const note = async (text: string) => {
    await options.gate
    const failure = options.fail?.()
    if (failure) throw failure
    taken.push(text)
  }
  const deps: IntakeDeps = {
    takeIn: ({ fingerprint, sequence, phase }) => note(`${fingerprint} ${phase} ${sequence}`),
    keepPictures: () => note('pictures'),
    keepClip: async () => undefined,
    dropPictures: fingerprint => note(`dropped ${fingerprint}`),
    keepRules: (_camera, { takenAt }) => note(`rules ${takenAt}`),
    keepReference: ({ current }) => note(`reference ${current.takenAt}`),
    keepScenes: (_camera, lines) => note(`scenes ${lines[0]?.at}`),
    takeLook: ({ lookId, verdict }) => note(`${lookId} ${verdict}`),
    acknowledge: ({ sequence }) => acknowledged.push(sequence),
    log: silentLog,
  }
  return { intake: new Intake(deps), taken, acknowledged }
}

test('takes a camera’s reports in in the order in which they were said, and acknowledges what was observed', async () => {
  const { intake, taken, acknowledged } = listening()
  for (const report of [observed('a', 1), rules(1), observed('a', 2, 'ended'), rules(2)]) intake.push(CAMERA, report)
  await intake.idle()
  expect(taken).toEqual(['a holds 1', 'rules 1', 'a ended 2', 'rules 2'])
  expect(acknowledged).toEqual([1, 2])
})

test('a repeated observation takes the place of the one that still waits', async () => {
  const held = gate()
  const { intake, taken } = listening({ gate: held.closed })
  intake.push(CAMERA, scenes(0))
  for (const report of [observed('a', 1), observed('b', 1), observed('a', 2), observed('a', 3, 'ended')]) {
    intake.push(CAMERA, report)
  }
  held.open()
  await intake.idle()
  expect(taken).toEqual(['scenes 0', 'a holds 2', 'b holds 1', 'a ended 3'])
})

test('what began after an end is not overtaken by its own end', async () => {
  const held = gate()
  const { intake, taken } = listening({ gate: held.closed })
  intake.push(CAMERA, scenes(0))
  for (const report of [observed('a', 1, 'ended'), observed('a', 2), observed('a', 3), observed('a', 4, 'ended')]) {
    intake.push(CAMERA, report)
  }
  held.open()
  await intake.idle()
  expect(taken).toEqual(['scenes 0', 'a ended 1', 'a holds 3', 'a ended 4'])
})

test('rules are stored behind every observation that they know of', async () => {
  const held = gate()
  const { intake, taken } = listening({ gate: held.closed })
  intake.push(CAMERA, scenes(0))
  for (const report of [observed('a', 2), rules(2), rules(3)]) intake.push(CAMERA, report)
  held.open()
  await intake.idle()
  expect(taken).toEqual(['scenes 0', 'a holds 2', 'rules 3'])
})

test('rules that hold a candidate are stored before what came of it, however late both are', async () => {
  const held = gate()
  const { intake, taken } = listening({ gate: held.closed })
  intake.push(CAMERA, scenes(0))
  for (const report of [rules(1), observed('a', 2), rules(2), rules(3)]) intake.push(CAMERA, report)
  held.open()
  await intake.idle()
  expect(taken).toEqual(['scenes 0', 'rules 1', 'a holds 2', 'rules 3'])
})

test('knows the rules that a camera said last before they are stored', () => {
  const { intake } = listening({ gate: gate().closed })
  for (const report of [rules(1), rules(2)]) intake.push(CAMERA, report)
  expect(intake.rules([CAMERA, 'other' as CameraId])).toEqual({ [CAMERA]: { version: 1, takenAt: 2, zones: {} } })
})

test('of a camera’s reference views only the newest waits, and it is known before it is stored', async () => {
  const held = gate()
  const { intake, taken } = listening({ gate: held.closed })
  intake.push(CAMERA, scenes(0))
  for (const report of [reference(1), observed('a', 1), reference(2)]) intake.push(CAMERA, report)
  expect(intake.references([CAMERA, 'other' as CameraId])).toMatchObject({ [CAMERA]: { current: { takenAt: 2 } } })
  held.open()
  await intake.idle()
  expect(taken).toEqual(['scenes 0', 'reference 2', 'a holds 1'])
})

test('a camera that is gone leaves nothing behind for one that comes by the same name, and no complaint', async () => {
  const { intake } = listening({ fail: () => new JiemuError('disk-full', { file: 'x' }) })
  intake.push(CAMERA, rules(1))
  intake.push(CAMERA, reference(2))
  await vi.waitFor(() => expect(intake.problem()).toMatchObject({ code: 'disk-full' }))
  intake.keepOnly([{ id: CAMERA }])
  expect(intake.rules([CAMERA])).not.toEqual({})
  intake.keepOnly([])
  expect([intake.rules([CAMERA]), intake.references([CAMERA]), intake.problem()]).toEqual([{}, {}, null])
  await intake.close()
})

test('tries again while the database is away, and loses nothing', async () => {
  const failures = [1, 2].map(() => new JiemuError('database-unavailable', { problem: 'restarting' }))
  const { intake, taken } = listening({ fail: () => failures.pop() })
  intake.push(CAMERA, observed('a', 1))
  intake.push(CAMERA, observed('a', 2, 'ended'))
  await vi.waitFor(() => expect(intake.problem()).toMatchObject({ code: 'database-unavailable' }))
  await intake.idle()
  expect(taken).toEqual(['a holds 1', 'a ended 2'])
  expect(intake.problem()).toBeNull()
})

test('a full disk costs the picture, not the observation behind it', async () => {
  const failures = [new JiemuError('disk-full', { file: 'evidence' })]
  const { intake, taken } = listening({ fail: () => failures.pop() })
  intake.push(CAMERA, scenes(1))
  intake.push(CAMERA, observed('a', 1))
  await intake.idle()
  expect(taken).toEqual(['a holds 1'])
  expect(intake.problem()).toMatchObject({ code: 'disk-full' })
  intake.push(CAMERA, scenes(2))
  await intake.idle()
  expect(intake.problem()).toBeNull()
})

test('an observation that can still be taken in is waited for, so that no rules are stored before it', async () => {
  const failures = [new JiemuError('disk-full', { file: 'the database' })]
  const { intake, taken, acknowledged } = listening({ fail: () => failures.pop() })
  intake.push(CAMERA, observed('a', 1, 'ended'))
  intake.push(CAMERA, rules(1))
  await intake.idle()
  expect(taken).toEqual(['a ended 1', 'rules 1'])
  expect(acknowledged).toEqual([1])
  expect(intake.problem()).toBeNull()
})

test('what waits is bounded: log lines give way and are counted, observations never', async () => {
  const held = gate()
  const { intake, taken } = listening({ gate: held.closed })
  intake.push(CAMERA, observed('first', 0))
  for (let at = 1; at <= 500; at++) intake.push(CAMERA, scenes(at))
  intake.push(CAMERA, observed('last', 1))
  expect(intake.depth()).toEqual({ waiting: 400, shed: 101 })
  held.open()
  await intake.idle()
  expect([taken.at(0), taken.at(1), taken.at(-1)]).toEqual(['first holds 0', 'scenes 102', 'last holds 1'])
})

test('pictures that wait are bounded by their size, the oldest give way', async () => {
  const held = gate()
  const { intake, taken } = listening({ gate: held.closed })
  const pictures = (): Report => ({
    type: 'pictures',
    cameraId: CAMERA,
    request: {} as PictureRequest,
    snapshots: [{ view: 'wide', annotated: false, jpeg: new Uint8Array(30 * 1_048_576) }],
  })
  intake.push(CAMERA, scenes(0))
  for (let count = 0; count < 5; count++) intake.push(CAMERA, pictures())
  intake.push(CAMERA, observed('a', 1))
  expect(intake.depth()).toEqual({ waiting: 3, shed: 3 })
  held.open()
  await intake.idle()
  expect(taken).toEqual(['scenes 0', 'pictures', 'pictures', 'a holds 1'])
})

test('a camera whose reports cannot be taken in does not hold up another', async () => {
  const other = 'other' as CameraId
  const free = gate()
  const order: string[] = []
  const lanes = new Intake({
    takeIn: async ({ cameraId }) => {
      if (cameraId === CAMERA) await free.closed
      order.push(cameraId)
    },
    keepPictures: async () => undefined,
    keepClip: async () => undefined,
    dropPictures: async () => undefined,
    keepRules: async () => undefined,
    keepReference: async () => undefined,
    keepScenes: async () => undefined,
    takeLook: async () => undefined,
    acknowledge: () => {
      if (order.length === 1) free.open()
    },
    log: silentLog,
  })
  lanes.push(CAMERA, observed('a', 1))
  lanes.push(other, { ...observed('b', 1), observation: { cameraId: other } as Observation } as Report)
  await lanes.idle()
  expect(order).toEqual([other, CAMERA])
})
