// Which pictures of a job are worth showing, and which two tell best what was done.
import type { Evidence, JobDetail } from '../../client/records.ts'

const BEFORE: readonly Evidence['moment'][] = ['fired', 'half', 'first', 'before']
const AFTER: readonly Evidence['moment'][] = ['verified', 'still-there', 'after', 'cleared']

/** Of each moment the wide view, with what was seen drawn in where there is such a picture; in the order of time. */
export function picturesOf(evidence: readonly Evidence[]): readonly Evidence[] {
  const wide = evidence.filter(({ view, mediaType }) => view === 'wide' && mediaType.startsWith('image/'))
  const best = wide.filter(
    one =>
      one.annotated ||
      !wide.some(other => other.annotated && other.moment === one.moment && other.takenAt === one.takenAt),
  )
  return [...new Map(best.map(one => [one.id, one])).values()].toSorted((one, other) => one.takenAt - other.takenAt)
}

/** What the cameras compared themselves comes first: the same view of the same place. */
export function bestPair(
  pictures: readonly Evidence[],
  verification: JobDetail['verification'],
): { readonly before: string | undefined; readonly after: string | undefined } {
  const compared = verification?.looks
    .flatMap(look => look.pictures)
    .find(({ view, before, after }) => view === 'wide' && before && after)
  if (compared?.before && compared.after) return { before: compared.before, after: compared.after }
  const of = (moments: readonly Evidence['moment'][], all: readonly Evidence[]) =>
    moments.flatMap(moment => all.filter(each => each.moment === moment))[0]?.id
  return { before: of(BEFORE, pictures), after: of(AFTER, pictures.toReversed()) }
}
