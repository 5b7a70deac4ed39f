// Measures how well an appearance tells the same parked car from another one on its spot, and writes results/appearance.json.
//
// From the root of the checkout, after `npm run build`, with the shared footage beside it:
// `npm run bench:appearance -- [--days 2] [--out FOLDER]`. Three replays, about a minute. Same car: kerb-parking cut every 10 s, its six
// parked cars. Other car: two junctions over a whole day, vehicles that stood on one spot in different clips.
import { join } from 'node:path'
import { ownPlace, type Zone } from '../core/camera.ts'
import { iou } from '../core/geometry.ts'
import type { Scene } from '../core/scene.ts'
import { CANNOT_TELL } from '../detector/appearance.ts'
import { illegalParking } from '../detector/rules/kinds/illegal-parking.ts'
import { likeness, type Place, pairUp, placeOf, sighted } from '../detector/rules/places.ts'
import { vehiclesOf } from '../detector/rules/vehicles.ts'
import { programArguments } from './arguments.ts'
import { FOOTAGE, rounded, writeResult } from './provenance.ts'
import { replayCamera } from './replay.ts'
import { readTruth, type Truth } from './truth.ts'

/** By the name of their truth, with the folder of their clips. */
const JUNCTIONS = [
  ['jamcam-09747', 'jamcam-2017/09747'],
  ['jamcam-09801', 'jamcam-2017/09801'],
] as const
const CUT_MS = 10_000
const CLIPS_APART_MS = 900_000
/** Boxes of one place, as the rule has it by default. */
const PLACE_IOU = 0.7
const QUANTILES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]
const OPTIONS = illegalParking.options.parse({})

interface Footage {
  readonly truth: Truth
  /** Each clip's scenes; stamped a quarter of an hour apart. */
  readonly clips: readonly (readonly Scene[])[]
}

interface Pair {
  readonly likeness: number
  readonly apartMs: number
}

async function replayed(name: string): Promise<{ readonly truth: Truth; readonly scenes: readonly Scene[] }> {
  const truth = await readTruth(join(FOOTAGE, 'truth', `${name}.json`))
  const { scenes } = await replayCamera(truth.camera)
  return { truth, scenes }
}

/** A continuous clip as several: each whole ten seconds are moved to the next quarter of an hour. */
async function cut(name: string): Promise<Footage> {
  const { truth, scenes } = await replayed(name)
  const pieceOf = (scene: Scene) => Math.floor((scene.at - truth.startAt) / CUT_MS)
  const count = Math.floor((truth.durationMs ?? 0) / CUT_MS)
  const clips = Array.from({ length: count }, (_, piece) =>
    scenes
      .filter(scene => pieceOf(scene) === piece)
      .map(scene => ({ ...scene, at: scene.at + piece * (CLIPS_APART_MS - CUT_MS) })),
  )
  return { truth, clips }
}

async function day(name: string): Promise<Footage> {
  const { truth, scenes } = await replayed(name)
  const clips: Scene[][] = []
  for (const scene of scenes) {
    const clip = clips.at(-1)
    if (clip && scene.at - (clip.at(-1)?.at ?? 0) < CUT_MS) clip.push(scene)
    else clips.push([scene])
  }
  return { truth, clips }
}

/** The vehicles of a clip that were seen twice or more on one spot, with what they look like. */
function standing(clip: readonly Scene[]): readonly Place[] {
  let places: Place[] = []
  for (const { at, objects } of clip) {
    const looked = vehiclesOf(objects).filter(vehicle => vehicle.appearance !== undefined)
    const { vehicleOf, left } = pairUp(places, looked, PLACE_IOU, () => true)
    const seen = places.map((place, index) => {
      const vehicle = looked[vehicleOf.get(index) ?? -1]
      return vehicle ? sighted(place, vehicle, at) : place
    })
    places = [...seen, ...left.map(vehicle => placeOf(vehicle, at, true))]
  }
  return places.filter(place => place.sightings > 1)
}

/** Every two vehicles that stood on one spot in different clips. */
function pairs(clips: readonly (readonly Place[])[]): readonly Pair[] {
  return clips.flatMap((clip, index) =>
    clip.flatMap(a =>
      clips
        .slice(index + 1)
        .flat()
        .filter(b => iou(a.box, b.box) >= PLACE_IOU)
        .map(b => ({ likeness: likeness(a, b), apartMs: b.firstAt - a.lastAt })),
    ),
  )
}

const isParked = (truth: Truth) => (place: Place) =>
  truth.events.some(({ box }) => box !== null && iou(box, place.box) > 0.3)

function distribution(all: readonly Pair[]) {
  const told = all.map(pair => pair.likeness).filter(value => value !== CANNOT_TELL)
  const sorted = told.sort((a, b) => a - b)
  const at = (share: number) => rounded(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN)
  return {
    pairs: all.length,
    cannotTell: all.length - told.length,
    quantiles: Object.fromEntries(QUANTILES.map(share => [`p${Math.round(100 * share)}`, at(share)])),
    atOrAboveMatch: told.filter(value => value >= OPTIONS.appearanceMatch).length,
  }
}

/** Stays that the rule alarms on with its default options. */
function alarms({ truth, clips }: Footage): number {
  const fingerprints = truth.camera.zones.flatMap(entry => {
    const { id: cameraId } = truth.camera
    const zone: Zone = {
      ...entry,
      name: entry.id,
      cameraId,
      version: 1,
      placeId: ownPlace(cameraId, entry.id),
    }
    const rule = illegalParking.create(OPTIONS, { camera: { id: cameraId }, zone, model: { name: '', sha256: '' } })
    return clips.flat().flatMap(scene => rule.observe(scene, scene.at))
  })
  return new Set(fingerprints.flatMap(found => (found.type === 'observation' ? [found.observation.fingerprint] : [])))
    .size
}

const { amounts, out } = programArguments({ days: JUNCTIONS.length })
const kerb = await cut('kerb-parking')
const junctions: Footage[] = []
const watched = JUNCTIONS.slice(0, amounts.days)
for (const [name] of watched) junctions.push(await day(name))
const same = pairs(kerb.clips.map(clip => standing(clip).filter(isParked(kerb.truth))))
const other = junctions.flatMap(({ clips }) => pairs(clips.map(standing)))
const withinGap = (pair: Pair) => pair.apartMs <= OPTIONS.maxGap
const sameInGap = distribution(same.filter(withinGap))
const otherInGap = distribution(other.filter(withinGap))
await writeResult(
  'appearance',
  {
    what: 'likeness (0…1) of vehicles that stand on one spot in two clips; a gap is bridged from `match` upwards',
    footage: ['clips/kerb-parking.mp4', ...watched.map(([, folder]) => folder)].map(path => join(FOOTAGE, path)),
    figures: {
      match: OPTIONS.appearanceMatch,
      sameCar: { withinMaxGap: sameInGap, anyTime: distribution(same) },
      ...(junctions.length > 0 && {
        otherCar: { withinMaxGap: otherInGap, anyTime: distribution(other) },
        margin: {
          leastSame: sameInGap.quantiles.p0,
          mostOther: otherInGap.quantiles.p100,
          between: rounded((sameInGap.quantiles.p0 ?? 0) - (otherInGap.quantiles.p100 ?? 0)),
        },
      }),
      alarms: {
        'kerb-parking in clips (6 cars)': alarms(kerb),
        ...Object.fromEntries(junctions.map(junction => [`${junction.truth.camera.id} (none)`, alarms(junction)])),
      },
    },
  },
  out,
)
process.exit()
