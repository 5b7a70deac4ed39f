// How well people are counted: what the detector saw in each picture beside what a person counted.
import { stands } from '../../core/camera.ts'
import { bottomCentre } from '../../core/geometry.ts'
import type { Scene } from '../../core/scene.ts'
import type { Truth } from '../truth.ts'

export interface CountPair {
  readonly truth: number
  readonly seen: number
}

/** People detected in the crowding zone beside those that a person counted, in the order of the pictures. */
export function countPairs({ camera, counts }: Pick<Truth, 'camera' | 'counts'>, scenes: readonly Scene[]) {
  const zone = camera.zones.find(({ rule }) => rule === 'crowding')
  const peopleAt = new Map(counts.map(({ at, count }) => [at, count]))
  return scenes.flatMap(({ at, objects }): readonly CountPair[] => {
    const people = peopleAt.get(at)
    if (!zone || people === undefined) return []
    const inZone = objects.filter(({ label, box }) => label === 'person' && stands(zone, bottomCentre(box)))
    return [{ truth: people, seen: inZone.length }]
  })
}

export interface CountError {
  readonly pictures: number
  /** Mean of |seen − truth|. */
  readonly meanAbsolute: number
  /** Mean of seen − truth: below zero where people are overlooked. */
  readonly bias: number
  /** Sum of what was seen ÷ sum of the truth. */
  readonly ratio: number | null
}

/** The error of people counts, picture by picture. @returns null where there is no picture */
export function countError(pairs: readonly CountPair[]): CountError | null {
  if (pairs.length === 0) return null
  const sum = (value: (pair: CountPair) => number) => pairs.reduce((total, pair) => total + value(pair), 0)
  const truth = sum(pair => pair.truth)
  return {
    pictures: pairs.length,
    meanAbsolute: sum(pair => Math.abs(pair.seen - pair.truth)) / pairs.length,
    bias: sum(pair => pair.seen - pair.truth) / pairs.length,
    ratio: truth > 0 ? sum(pair => pair.seen) / truth : null,
  }
}
