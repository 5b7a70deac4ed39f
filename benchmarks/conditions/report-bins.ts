// Part b: at least forty sequences of one bin each, played through the production path, and what came of them.
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Detectors } from '../../watch/detectors.ts'
import type { Half } from '../calibration/labelled.ts'
import { median, rounded } from '../provenance.ts'
import { type Casting, type Sequence, type Story, sequences } from './bin-sequence.ts'
import { cuttings } from './cuttings.ts'
import { isDoubtful } from './doubtful.ts'
import { LATEST_MS, type Played, play } from './events.ts'
import { streets } from './streets.ts'

const COUNTS: Readonly<Record<Story, number>> = { overflow: 25, quiet: 6, people: 6, swapped: 6, light: 6 }
const SEED = 20_261_122
/** Of which the pictures are kept. */
const EXAMPLES = 3

/** The cuttings of one half of the labelled pictures, on all streets. */
export async function casting(footage: string, half: Half): Promise<Casting> {
  const all = (await cuttings(footage, half)).filter(cutting => !isDoubtful(cutting))
  return {
    streets: await streets(footage),
    ok: all.filter(({ label }) => label === 'bin'),
    overflowing: all.filter(({ label }) => label === 'bin-overflow'),
  }
}

export async function binEvents(footage: string, detectors: Detectors, picturesFolder: string) {
  const cast = await casting(footage, 'report')
  const played: Played[] = []
  const all = sequences(cast, COUNTS, SEED)
  for (const [index, sequence] of all.entries()) {
    const folder = join(picturesFolder, sequence.name)
    await rm(folder, { recursive: true, force: true })
    const one = await play(sequence, detectors, index % Math.ceil(all.length / EXAMPLES) === 0 ? folder : undefined)
    console.log(sequence.name, JSON.stringify(one.outcome), JSON.stringify(one.seen))
    played.push(one)
  }
  return {
    half: 'report',
    seed: SEED,
    cuttings: { ok: cast.ok.length, overflow: cast.overflowing.length },
    ...summed(played),
    /** What the rule makes of sequences whose cuttings the network names rightly in most looks: its own part of the figures. */
    whereTheNetworkIsRight: summed(played.filter(isReadRightly)),
  }
}

function summed(played: readonly Played[]) {
  const events = played.filter(({ sequence }) => sequence.story === 'overflow')
  const quiet = played.filter(({ sequence }) => sequence.story !== 'overflow')
  const alerted = seconds(events.map(({ outcome }) => outcome.toAlertMs))
  const cleared = seconds(events.map(({ outcome }) => outcome.toClearMs))
  return {
    sequences: played.length,
    overflow: {
      sequences: events.length,
      latestSeconds: LATEST_MS / 1_000,
      inTime: alerted.filter(time => time * 1_000 <= LATEST_MS).length,
      late: alerted.filter(time => time * 1_000 > LATEST_MS).length,
      missed: events.length - alerted.length,
      duplicates: sum(events, ({ duplicates }) => duplicates),
      falseAlarms: sum(events, ({ falseAlarms }) => falseAlarms),
      secondsToAlert: spread(alerted),
      secondsToClear: spread(cleared),
      notCleared: alerted.length - cleared.length,
    },
    nothingHappens: { sequences: quiet.length, falseAlarms: sum(quiet, ({ falseAlarms }) => falseAlarms) },
    cameraHealthAlarms: played.reduce((total, { healthAlarms }) => total + healthAlarms, 0),
    blindFrames: blindFrames(played),
    /** Sequences that went wrong, with the pictures that their bins were cut from: some labels are mistaken. */
    wrong: played.filter(isWrong).map(wrong),
  }
}

function isReadRightly({ sequence, seen }: Played): boolean {
  const calm = seen.ok.overflow < seen.ok.samples / 2 && seen.ok.bin > seen.ok.samples / 2
  return calm && (sequence.story !== 'overflow' || seen.overflow.overflow > seen.overflow.samples / 2)
}

function isWrong({ sequence, outcome }: Played): boolean {
  const inTime = outcome.toAlertMs !== null && outcome.toAlertMs <= LATEST_MS
  return (
    outcome.falseAlarms > 0 ||
    outcome.duplicates > 0 ||
    (sequence.story === 'overflow' && (!inTime || outcome.toClearMs === null))
  )
}

function wrong({ sequence: { name, binHeightPx, stands }, outcome, seen }: Played) {
  return { name, binHeightPx, ...outcome, seen, bins: stands.map(({ cutting }) => cutFrom(cutting)) }
}

function cutFrom({ file, label, box }: Sequence['stands'][number]['cutting']) {
  const [picture = ''] = basename(file).split('.rf.')
  return { label, picture, at: [rounded(box.x1), rounded(box.y1)] }
}

function blindFrames(played: readonly Played[]) {
  const counts: Record<string, number> = {}
  for (const one of played) {
    for (const [view, frames] of Object.entries(one.blindFrames)) counts[view] = (counts[view] ?? 0) + frames
  }
  return counts
}

const sum = (played: readonly Played[], count: (outcome: Played['outcome']) => number): number =>
  played.reduce((total, { outcome }) => total + count(outcome), 0)

const seconds = (timesMs: readonly (number | null)[]): readonly number[] =>
  timesMs.flatMap(time => (time === null ? [] : [time / 1_000])).sort((a, b) => a - b)

function spread(sorted: readonly number[]) {
  if (sorted.length === 0) return null
  return { p50: median(sorted), p95: sorted[Math.ceil(0.95 * sorted.length) - 1], worst: sorted.at(-1) }
}
