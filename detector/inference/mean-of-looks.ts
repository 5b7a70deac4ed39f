// What several looks at one place say together: the mean of their scores, as weighted boxes fusion has it (Solovyev, Wang and
// Gabruseva, 2021). Suppression would let the surest look decide alone, and a bin's state is what looks disagree about.
import { type Box, boxArea, coverage, intersectionArea } from '../../core/geometry.ts'
import type { Detection } from '../../core/scene.ts'
import { groupOf } from './classes.ts'
import type { CropPlan } from './detector.ts'
import type { Candidate } from './nms.ts'

/**
 * Of the smaller box, so much lies in the larger where both are one thing: a bin with its heap and without is less alike
 * than two boxes of one look, of which the network's card has the limit; two bins of a row share less.
 */
const SAME_SHARE = 0.5
/** A look has a say about what lies so much in it. */
const IN_VIEW = 0.95

/**
 * One detection per thing: of the classes of its group the one with the highest mean score over the looks that show it
 * whole; a look that says nothing of a class gives it 0.
 * @param candidates also those far below their thresholds: a doubt counts
 * @param isEnough whether a candidate by itself proves that something is there; what has none is left out
 * @returns the highest score first; boxes are means, weighted by score
 */
export function meanOfLooks(
  candidates: readonly Candidate[],
  looks: CropPlan,
  isEnough: (candidate: Candidate) => boolean,
): readonly Detection[] {
  return clusters(candidates)
    .filter(cluster => cluster.some(isEnough))
    .map(cluster => together(cluster, looks))
    .sort((a, b) => b.score - a.score)
}

/** The best of a cluster is its first: whole things before cut ones, as in suppression. */
function clusters(candidates: readonly Candidate[]): readonly (readonly [Candidate, ...Candidate[]])[] {
  const all: [Candidate, ...Candidate[]][] = []
  for (const one of [...candidates].sort((a, b) => Number(a.cut) - Number(b.cut) || b.score - a.score)) {
    const known = all.find(([best]) => groupOf(best.label) === groupOf(one.label) && isSame(best.box, one.box))
    if (known) known.push(one)
    else all.push([one])
  }
  return all
}

function isSame(a: Box, b: Box): boolean {
  return intersectionArea(a, b) > SAME_SHARE * Math.min(boxArea(a), boxArea(b))
}

function together(cluster: readonly [Candidate, ...Candidate[]], looks: CropPlan): Detection {
  const [best] = cluster
  const showing = looks.flatMap((look, index) =>
    index === best.crop || coverage(best.box, look) >= IN_VIEW ? [index] : [],
  )
  const heard = cluster.filter(({ crop }) => showing.includes(crop))
  const named = [...new Set(heard.map(({ label }) => label))].map(label => {
    const sure = surestByLook(heard.filter(candidate => candidate.label === label))
    return { label, sure, score: sure.reduce((sum, { score }) => sum + score, 0) / showing.length }
  })
  const { label, score, sure } = named.reduce((a, b) => (b.score > a.score ? b : a))
  return { label, score, box: meanBox(sure) }
}

function surestByLook(candidates: readonly Candidate[]): readonly Candidate[] {
  const surest = new Map<number, Candidate>()
  for (const candidate of candidates) {
    const known = surest.get(candidate.crop)
    if (!known || candidate.score > known.score) surest.set(candidate.crop, candidate)
  }
  return [...surest.values()]
}

function meanBox(candidates: readonly Candidate[]): Box {
  const weight = candidates.reduce((sum, { score }) => sum + score, 0)
  const mean = (side: keyof Box) => candidates.reduce((sum, { box, score }) => sum + box[side] * score, 0) / weight
  return { x1: mean('x1'), y1: mean('y1'), x2: mean('x2'), y2: mean('y2') }
}

/** Of nested looks the closest: what answers for a whole crop says nothing of a bin from further away. */
export function closest(looks: CropPlan): CropPlan {
  const holds = (outer: Box, inner: Box) => coverage(inner, outer) >= IN_VIEW && boxArea(inner) < boxArea(outer)
  return looks.filter(look => !looks.some(other => holds(look, other)))
}
