// Plays bin sequences through the production path and holds the alarms against what happened.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cameraSchema } from '../../core/camera.ts'
import type { View } from '../../core/scene.ts'
import { DEFAULT_START_AT } from '../../core/time.ts'
import { SpriteSheet } from '../../fixtures/sprites.ts'
import { writeStill } from '../../fixtures/still-file.ts'
import type { Detectors } from '../../watch/detectors.ts'
import { pictures, type Sequence, STEP_MS } from './bin-sequence.ts'
import { noiseRun } from './canvas.ts'
import { type Alarm, cameraOf, type Watched, watch } from './watching.ts'

/** The rule's `within` and one sample of its schedule. */
export const LATEST_MS = 180_000 + 30_000

export interface Played {
  readonly sequence: Sequence
  readonly outcome: Outcome
  /** What the camera's health said, which had nothing to say. */
  readonly healthAlarms: number
  /** Frames in which the gate saw nothing, by reason. */
  readonly blindFrames: Readonly<Partial<Record<View, number>>>
  /** Of the samples of each state: what the network saw of the bin. */
  readonly seen: Readonly<Record<'ok' | 'overflow', Seen>>
}

interface Seen {
  readonly samples: number
  readonly bin: number
  readonly overflow: number
}

export interface Outcome {
  /** From the overflow to its alarm; null where there was none, or nothing overflowed. */
  readonly toAlertMs: number | null
  readonly toClearMs: number | null
  readonly duplicates: number
  readonly falseAlarms: number
}

/** Noise of a fair camera; one run serves all. */
const NOISE = noiseRun(3, 2.5)

/** @param keep a folder for the pictures; a temporary one that is removed, if left out */
export async function play(sequence: Sequence, detectors: Detectors, keep?: string): Promise<Played> {
  const folder = keep ?? (await mkdtemp(join(tmpdir(), 'jiemu-bin-')))
  try {
    await mkdir(folder, { recursive: true })
    let frame = 0
    for await (const picture of pictures(sequence, new SpriteSheet(), NOISE)) {
      await writeStill(join(folder, `${String(frame++).padStart(3, '0')}.jpg`), picture)
    }
    const camera = cameraSchema.parse({
      ...{ id: sequence.name, name: sequence.name, street: 'replay', grid: 'replay' },
      source: { kind: 'images', path: folder, frameIntervalMs: STEP_MS, startAt: DEFAULT_START_AT },
      zones: [{ id: 'bin', rule: 'overflowing-bin', polygon: sequence.zone.map(({ x, y }) => [x, y]) }],
    })
    const watched = await watch(cameraOf(camera), detectors)
    const binAlarms = watched.alarms.filter(({ kind }) => kind === 'overflowing-bin')
    return {
      sequence,
      outcome: judge(sequence, binAlarms, DEFAULT_START_AT),
      healthAlarms: watched.alarms.length - binAlarms.length,
      blindFrames: blindFrames(watched),
      seen: seenOf(sequence, watched),
    }
  } finally {
    if (keep === undefined) await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The first alarm between the overflow and the emptying is the right one, a second one a duplicate, every other one false.
 * @param startAt time of the first picture
 */
export function judge(
  { overflowsMs, emptiedMs }: Pick<Sequence, 'overflowsMs' | 'emptiedMs'>,
  alarms: readonly Pick<Alarm, 'openedAt' | 'endedAt'>[],
  startAt: number,
): Outcome {
  const from = startAt + (overflowsMs ?? Number.POSITIVE_INFINITY)
  const to = startAt + (emptiedMs ?? Number.POSITIVE_INFINITY)
  const right = alarms.filter(({ openedAt }) => openedAt >= from && openedAt < to)
  const [first] = right
  const closed = right.at(-1)?.endedAt ?? null
  return {
    toAlertMs: first ? first.openedAt - from : null,
    toClearMs: closed === null ? null : closed - to,
    duplicates: Math.max(0, right.length - 1),
    falseAlarms: alarms.length - right.length,
  }
}

function blindFrames({ scenes }: Watched): Played['blindFrames'] {
  const counts: Partial<Record<View, number>> = {}
  for (const { view } of scenes) if (view !== 'clear') counts[view] = (counts[view] ?? 0) + 1
  return counts
}

function seenOf({ overflowsMs, emptiedMs }: Sequence, { scenes }: Watched): Played['seen'] {
  const overflows = (at: number) =>
    at >= DEFAULT_START_AT + (overflowsMs ?? Number.POSITIVE_INFINITY) &&
    at < DEFAULT_START_AT + (emptiedMs ?? Number.POSITIVE_INFINITY)
  const count = (wanted: boolean): Seen => {
    const samples = scenes.filter(scene => scene.conditions && overflows(scene.at) === wanted)
    const withLabel = (label: string) =>
      samples.filter(({ conditions }) =>
        conditions?.some(({ detections }) => detections.some(it => it.label === label)),
      ).length
    return { samples: samples.length, bin: withLabel('bin'), overflow: withLabel('bin-overflow') }
  }
  return { ok: count(false), overflow: count(true) }
}
