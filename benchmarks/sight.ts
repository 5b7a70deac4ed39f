// Measures what the view gate calls blind, on real footage and on real pictures that were spoiled: results/sight.json.
//
// From the root of the checkout, after `npm run build`, with the shared footage beside it: `npm run bench:sight -- [--cameras N] [--out FOLDER]`.
// About ten minutes with all; `--cameras 1` takes the first file only, and no whole days. The gate's limits were chosen on these cameras: the figures are no forecast for others.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type CameraEntry, cameraSchema } from '../core/camera.ts'
import type { Frame, RgbImage } from '../core/frame.ts'
import { WHOLE_FRAME } from '../core/geometry.ts'
import { silentLog } from '../core/log.ts'
import type { View } from '../core/scene.ts'
import { type EpochMs, ManualClock } from '../core/time.ts'
import { type Shown, ViewGate } from '../detector/view-gate.ts'
import { openCameraStream } from '../streams/camera-stream.ts'
import { programArguments } from './arguments.ts'
import { cameraOf } from './conditions/watching.ts'
import { FOOTAGE, median, rounded, writeResult } from './provenance.ts'
import {
  type Direction,
  looking,
  outOfFocus,
  relit,
  shownOf,
  sigmaOf,
  taken,
  WINDOW,
  withDrops,
  withHand,
  withLorry,
} from './sight/spoil.ts'

const DAYS = ['09747', '09801'] as const
const CLIPS_PER_HOUR = 4
const FILES = [
  ...Array.from({ length: 8 }, (_, index) => `jamcam-2019/${index + 1}.mp4`),
  ...['kerb-parking.mp4', 'yard-pedestrians.avi', 'parking-lot-entrance.mp4', 'empty-lot-cars.mp4'].map(
    name => `clips/${name}`,
  ),
  'clips/roadside-cars-broken.mp4',
  'junction/junction.mp4',
]

const { amounts, out } = programArguments({ cameras: FILES.length + DAYS.length })
const files = FILES.slice(0, amounts.cameras)
const days = amounts.cameras > FILES.length ? DAYS : []

const entryOf = (id: string, source: CameraEntry['source'], every: number): CameraEntry =>
  cameraSchema.parse({ id, name: id, street: 's', grid: 'g', source, sampling: { every } })
const dayOf = (day: string, every: number) => entryOf(day, { kind: 'clips', path: `jamcam-2017/${day}` }, every)
const fileOf = (path: string, every: number) =>
  entryOf(path.replace(/\W/g, '-').toLowerCase(), { kind: 'file', path }, every)

async function* framesOf(entry: CameraEntry): AsyncGenerator<Frame> {
  const clock = new ManualClock(0)
  const stream = openCameraStream(cameraOf(entry), { pace: 'replay', clock, log: silentLog, baseDir: FOOTAGE })
  for await (const frame of stream.frames()) {
    yield frame
    frame.picture?.release()
    stream.analysed(frame)
  }
}

interface Still {
  readonly at: EpochMs
  readonly image: RgbImage
  readonly plain: Shown
}

/** With its middle, which leaves room to look elsewhere. */
interface Scene extends Still {
  readonly middle: Shown
}

async function stillsOf(entry: CameraEntry, most = Number.POSITIVE_INFINITY): Promise<readonly Still[]> {
  const stills: Still[] = []
  for await (const { picture, capturedAt } of framesOf(entry)) {
    if (!picture) continue
    const image = picture.rgb(WHOLE_FRAME)
    stills.push({ at: capturedAt, image, plain: shownOf(image) })
    if (stills.length >= most) break
  }
  return stills
}

type Counts = Partial<Record<View, number>>
const count = (counts: Counts, view: View, frames = 1): void => {
  counts[view] = (counts[view] ?? 0) + frames
}
const entries = (counts: Counts) => Object.entries(counts) as [View, number][]
const timeOf = (at: EpochMs) => new Date(at).toISOString().slice(11, 19)

/** All footage as it is: whatever is called blind is listed, for a person to look at. */
async function untouched() {
  const cameras = [...days.map(day => dayOf(day, 5)), ...files.map(path => fileOf(path, 5))]
  const figures = []
  for (const entry of cameras) {
    const gate = new ViewGate(cameraOf(entry))
    const views: Counts = {}
    const blind: string[] = []
    const costsMs: number[] = []
    for await (const { picture, capturedAt } of framesOf(entry)) {
      if (!picture) continue
      const before = process.cpuUsage()
      const { view } = gate.judge(picture, capturedAt)
      const spent = process.cpuUsage(before)
      costsMs.push((spent.user + spent.system) / 1_000)
      count(views, view)
      const line = `${timeOf(capturedAt)} ${view}`
      if (view !== 'clear' && blind.at(-1) !== line) blind.push(line)
    }
    const frames = costsMs.length
    const meanMs = rounded(costsMs.reduce((sum, ms) => sum + ms, 0) / frames)
    figures.push({ camera: entry.id, frames, views, blind, alignment: gate.sight().alignment, cpuMsPerFrame: meanMs })
    console.log(entry.id, frames, views, blind.slice(0, 5), `${meanMs} ms`)
  }
  return figures
}

/** A day of one camera in which, at four hours of it, two clips are those of the other: a quarter of an hour elsewhere. */
async function takeover(day: string, other: string) {
  const [own, foreign] = [await stillsOf(dayOf(day, 0.4)), await stillsOf(dayOf(other, 0.4))]
  const clipOf = ({ at }: Still) => Math.floor((at - (own[0]?.at ?? 0) + 120_000) / (3_600_000 / CLIPS_PER_HOUR))
  const isTaken = (clip: number) =>
    [2, 8, 13, 20].some(hour => clip >= hour * CLIPS_PER_HOUR && clip < hour * CLIPS_PER_HOUR + 2)
  const gate = new ViewGate(cameraOf(dayOf(day, 0.4)))
  const figures = { camera: day, shows: other, elsewhereFrames: 0, elsewhereMoved: 0, ownFrames: 0, ownMoved: 0 }
  for (const still of own) {
    const elsewhere = isTaken(clipOf(still))
    const there = elsewhere
      ? foreign.find(one => Math.abs(one.at - still.at) < 120_000 && one.at >= still.at - 30_000)
      : still
    if (!there) continue
    const moved = gate.judge(there.plain, still.at).view === 'moved' ? 1 : 0
    if (elsewhere) {
      figures.elsewhereFrames++
      figures.elsewhereMoved += moved
    } else {
      figures.ownFrames++
      figures.ownMoved += moved
    }
  }
  console.log(figures)
  return figures
}

interface Spoiled {
  readonly condition: string
  /** What it should be called; `clear` where it must not be called anything. */
  readonly expected: View
  /** Of the frame's middle, where it looks elsewhere; else the whole frame. */
  readonly direction?: Direction
  readonly spoil?: (image: RgbImage) => RgbImage
  /** How much there is at first that a person would still judge: drops are believed only when they last. */
  readonly patienceMs?: number
}

const percent = (share: number) => `${Math.round(share * 100)} %`
const DROPS = [
  { x: 0.3, y: 0.45, radius: 0.17 },
  { x: 0.62, y: 0.62, radius: 0.2 },
  { x: 0.55, y: 0.25, radius: 0.12 },
]
const SPOILED: readonly Spoiled[] = [
  { condition: 'untouched', expected: 'clear' },
  { condition: 'unlit (2 % of the light)', expected: 'dark', spoil: image => relit(image, 0.02, 2) },
  { condition: 'a third of the light', expected: 'clear', spoil: image => relit(image, 0.33, 4) },
  { condition: 'blinded by light', expected: 'overexposed', spoil: image => relit(image, 0.2, 240) },
  { condition: 'haze (40 % of the contrast)', expected: 'clear', spoil: image => relit(image, 0.4, 110) },
  ...[1, 2, 3, 5, 8].map(reach => ({
    condition: `out of focus, σ ${rounded(sigmaOf(reach))} px`,
    expected: 'blurred' as const,
    spoil: (image: RgbImage) => outOfFocus(image, reach),
  })),
  { condition: 'three large drops', expected: 'drops', spoil: image => withDrops(image, DROPS), patienceMs: 70_000 },
  {
    condition: 'one small drop',
    expected: 'clear',
    spoil: image => withDrops(image, [{ x: 0.3, y: 0.6, radius: 0.05 }]),
  },
  { condition: 'a hand over all', expected: 'covered', spoil: image => withHand(image, 1.2) },
  { condition: 'a hand over four fifths', expected: 'covered', spoil: image => withHand(image, 0.8) },
  { condition: 'a hand over two fifths', expected: 'drops', spoil: image => withHand(image, 0.4), patienceMs: 70_000 },
  { condition: 'a lorry over half', expected: 'clear', spoil: image => withLorry(image, 0.5) },
  ...[0.01, 0.02, 0.028].flatMap(x => [
    { condition: `drift ${percent(x)} aside`, expected: 'clear' as const, direction: { x } },
    { condition: `drift ${percent(x)} down`, expected: 'clear' as const, direction: { y: x } },
  ]),
  ...[0.04, 0.05, 0.08].map(x => ({
    condition: `pushed ${percent(x)} aside`,
    expected: 'moved' as const,
    direction: { x },
  })),
  ...[2, 5, 10].map(turnDegrees => ({
    condition: `turned by ${turnDegrees}°`,
    expected: 'moved' as const,
    direction: { turnDegrees },
  })),
  ...[1.05, 1.1, 1.25].map(zoom => ({
    condition: `zoomed by ${zoom}`,
    expected: 'moved' as const,
    direction: { zoom },
  })),
]

const WARM_FRAMES = 14
const WARM_STEP_MS = 60_000
const SPOILED_FRAMES = 12
const STEP_MS = 10_000
const BACK_FRAMES = 3

interface Trial {
  readonly views: Counts
  readonly returned: boolean
  readonly driftErrorsPx: readonly number[]
}

/** Fourteen minutes as it is, two minutes spoiled, and as it is again. */
function trial(stills: readonly Scene[], id: string, { expected, direction, spoil, patienceMs = 0 }: Spoiled): Trial {
  const gate = new ViewGate(cameraOf(entryOf(id, { kind: 'file', path: id }, 1)))
  const still = (index: number) => stills[index % stills.length] as Scene
  const plain = (index: number) => (direction ? still(index).middle : still(index).plain)
  let at = 0
  for (let index = 0; index < WARM_FRAMES; index++, at += WARM_STEP_MS) gate.judge(plain(index), at)
  const from = at
  const views: Counts = {}
  const driftErrorsPx: number[] = []
  for (let index = 0; index < SPOILED_FRAMES; index++, at += STEP_MS) {
    const { image } = still(WARM_FRAMES + index)
    const { view, drift } = gate.judge(
      shownOf(taken(direction ? looking(image, direction) : (spoil?.(image) ?? image), at)),
      at,
    )
    if (at - from < patienceMs) continue
    count(views, view)
    if (direction && expected === 'clear' && at - from >= 60_000) {
      const error = Math.hypot((drift?.x ?? 0) - (direction.x ?? 0), ((drift?.y ?? 0) - (direction.y ?? 0)) * (9 / 16))
      driftErrorsPx.push(error * 1920)
    }
  }
  let returned = false
  for (let index = 0; index < BACK_FRAMES; index++, at += STEP_MS)
    returned = gate.judge(plain(index), at).view === 'clear'
  return { views, returned, driftErrorsPx }
}

/** Ten frames of each camera; of the two whole days, at night and at noon. */
async function scenes(): Promise<ReadonlyMap<string, readonly Scene[]>> {
  const found = new Map<string, readonly Scene[]>()
  const withMiddle = (still: Still): Scene => ({ ...still, middle: shownOf(looking(still.image, {})) })
  for (const path of files) {
    if (path.includes('empty-lot')) continue
    found.set(path, (await stillsOf(fileOf(path, 1), 10)).map(withMiddle))
  }
  for (const day of days) {
    const all = await stillsOf(dayOf(day, 1))
    for (const hour of [3, 12]) {
      const from = (all[0]?.at ?? 0) + hour * 3_600_000 - 60_000
      found.set(
        `${day}-${hour}h`,
        all
          .filter(({ at }) => at >= from)
          .slice(0, 10)
          .map(withMiddle),
      )
    }
  }
  return found
}

async function spoiled() {
  const all = await scenes()
  console.log([...all].map(([name, stills]) => `${name}: ${stills.length}`).join(', '))
  return SPOILED.map(one => {
    const trials = [...all].map(([name, stills]) => ({ name, ...trial(stills, name.replace(/\W/g, '-'), one) }))
    const views: Counts = {}
    for (const trial of trials) for (const [view, frames] of entries(trial.views)) count(views, view, frames)
    const frames = entries(views).reduce((sum, [, each]) => sum + each, 0)
    const errors = trials.flatMap(({ driftErrorsPx }) => driftErrorsPx)
    const otherwise = ({ views }: Trial) => entries(views).filter(([view]) => view !== one.expected)
    const row = {
      condition: one.condition,
      expected: one.expected,
      cameras: trials.length,
      frames,
      calledSo: rounded((views[one.expected] ?? 0) / frames),
      abstained: rounded(1 - (views.clear ?? 0) / frames),
      views,
      otherwiseOn: Object.fromEntries(
        trials.flatMap(each => (otherwise(each).length > 0 ? [[each.name, Object.fromEntries(otherwise(each))]] : [])),
      ),
      returned: trials.filter(({ returned }) => returned).length,
      ...(errors.length > 0 ? { medianDriftErrorPx1080: rounded(median(errors)) } : {}),
    }
    console.log(
      one.condition,
      '|',
      one.expected,
      '|',
      row.calledSo,
      row.abstained,
      row.returned,
      JSON.stringify(row.otherwiseOn),
      row.medianDriftErrorPx1080 ?? '',
    )
    return row
  })
}

const footage = [...days.map(day => join(FOOTAGE, 'jamcam-2017', day)), ...files.map(path => join(FOOTAGE, path))]
const absent = footage.filter(path => !existsSync(path))
if (absent.length > 0) throw new Error(`needs the shared footage: ${absent.join(', ')}`)
const conditions = await spoiled()
const takeovers = days.length === 2 ? [await takeover('09747', '09801'), await takeover('09801', '09747')] : []
const cameras = await untouched()
const frames = cameras.reduce((sum, camera) => sum + camera.frames, 0)
const blind = cameras.reduce((sum, camera) => sum + camera.frames - (camera.views.clear ?? 0), 0)
await writeResult(
  'sight',
  {
    what: 'what the view gate calls blind; spoiled: real pictures, ten of each camera, in the middle of their own footage',
    footage,
    figures: {
      untouched: { frames, blind, blindShare: rounded(blind / frames), cameras },
      takeovers,
      window: WINDOW,
      conditions,
    },
  },
  out,
)
process.exit()
