// Before and after, side by side under one slider, and every picture that the job has.
import { useQueries } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { useState } from 'react'
import { ReactCompareSlider, ReactCompareSliderImage } from 'react-compare-slider'
import { useEvidence } from '../../client/evidence.ts'
import { queries } from '../../client/queries.ts'
import type { Evidence, JobDetail } from '../../client/records.ts'
import { DOMAIN } from '../../words/domain.ts'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { bestPair, picturesOf } from './pictures.ts'
import { JOBS } from './words.ts'

/** A job of a crossing lists a dozen incidents; its pictures are those of the first. */
const MOST_INCIDENTS = 4

export function JobPictures({ detail }: { readonly detail: JobDetail }) {
  const words = useWords(JOBS).job
  const found = useQueries({
    queries: detail.incidents.slice(0, MOST_INCIDENTS).map(({ id }) => queries.incident(id)),
    combine: results => ({
      evidence: results.flatMap(({ data }) => data?.evidence ?? []),
      isPending: results.some(({ isPending }) => isPending),
    }),
  })
  const [chosen, setChosen] = useState<string>()
  const pictures = picturesOf([...found.evidence, ...detail.photos])
  const pair = bestPair(pictures, detail.verification)
  const single = pictures.find(({ id }) => id === chosen)
  return (
    <section>
      <h2>{words.pictures}</h2>
      <div className="job-picture">
        {found.isPending ? (
          <Skeleton.Node active className="job-picture-wait" />
        ) : single ? (
          <Picture id={single.id} label={single.moment} />
        ) : pair.before && pair.after ? (
          <Compared before={pair.before} after={pair.after} />
        ) : pair.before ? (
          <Picture id={pair.before} label="fired" />
        ) : (
          <p className="quiet">{words.noPictures}</p>
        )}
      </div>
      {!found.isPending && pair.before && !pair.after && <p className="quiet">{words.noAfter}</p>}
      <Strip pictures={pictures} chosen={chosen} compares={Boolean(pair.before && pair.after)} onChoose={setChosen} />
    </section>
  )
}

function Compared({ before, after }: { readonly before: string; readonly after: string }) {
  const words = useWords(JOBS).job
  const [one, other] = [useEvidence(before), useEvidence(after)]
  if (one.state === 'failed' || other.state === 'failed') return <p className="quiet">{words.pictureGone}</p>
  if (one.state !== 'ready' || other.state !== 'ready') return <Skeleton.Node active className="job-picture-wait" />
  return (
    <figure className="job-compared" aria-label={words.slide}>
      <ReactCompareSlider
        itemOne={<ReactCompareSliderImage src={one.url} alt={words.before} />}
        itemTwo={<ReactCompareSliderImage src={other.url} alt={words.after} />}
      />
      <figcaption>
        <span className="job-compared-word">{words.before}</span>
        <span className="job-compared-word">{words.after}</span>
      </figcaption>
    </figure>
  )
}

function Picture({ id, label }: { readonly id: string; readonly label: Evidence['moment'] }) {
  const words = useWords(JOBS).job
  const { moments } = useWords(DOMAIN)
  const picture = useEvidence(id)
  if (picture.state === 'failed') return <p className="quiet">{words.pictureGone}</p>
  if (picture.state !== 'ready') return <Skeleton.Node active className="job-picture-wait" />
  return <img src={picture.url} alt={moments[label]} />
}

interface StripProps {
  readonly pictures: readonly Evidence[]
  readonly chosen: string | undefined
  readonly compares: boolean
  readonly onChoose: (id: string | undefined) => void
}

function Strip({ pictures, chosen, compares, onChoose }: StripProps) {
  const words = useWords(JOBS).job
  const { moments } = useWords(DOMAIN)
  if (pictures.length < 2) return null
  return (
    <ul className="job-strip">
      {compares && (
        <li>
          <button type="button" aria-pressed={chosen === undefined} onClick={() => onChoose(undefined)}>
            {words.before} ⇄ {words.after}
          </button>
        </li>
      )}
      {pictures.map(({ id, moment, takenAt, takenBy }) => (
        <li key={id}>
          <button type="button" aria-pressed={chosen === id} onClick={() => onChoose(id)}>
            {moments[moment]} <time>{whenOf(takenAt)}</time> {takenBy}
          </button>
        </li>
      ))}
    </ul>
  )
}
