// Who could get the card that is being moved: each a place to drop it, laid over the board so that nothing jumps.
import { useDroppable } from '@dnd-kit/core'
import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { DOMAIN } from '../../words/domain.ts'
import { distanceOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { type JobCard, jobQueries, type Offer } from './job-queries.ts'
import { JOBS } from './words.ts'

export function WorkerDock({ card }: { readonly card: JobCard }) {
  const words = useWords(JOBS)
  const { data, isPending } = useQuery(jobQueries.candidates(card.id))
  const people = data?.offers.filter(({ workerId }) => workerId !== null && workerId !== card.workerId) ?? []
  return (
    <aside className="worker-dock" aria-label={words.giveTo}>
      <h2>{words.giveTo}</h2>
      <p>{words.giveToHint}</p>
      {isPending && <Skeleton active title={false} paragraph={{ rows: 5 }} />}
      {data && people.length === 0 && <p>{words.noCandidates}</p>}
      {people.slice(0, 12).map(offer => (
        <Person key={offer.workerId} offer={offer} />
      ))}
    </aside>
  )
}

function Person({ offer }: { readonly offer: Offer }) {
  const { setNodeRef, isOver } = useDroppable({ id: `worker:${offer.workerId}`, data: { offer } })
  return (
    <div ref={setNodeRef} className={`dock-person${isOver ? ' over' : ''}${offer.excluded ? ' passed-over' : ''}`}>
      <OfferLine offer={offer} />
    </div>
  )
}

export function OfferLine({ offer }: { readonly offer: Offer }) {
  const words = useWords(JOBS)
  const { exclusions } = useWords(DOMAIN)
  const { name, teamName, load, distanceM, excluded, before } = offer
  const facts = [
    words.reassign.load(load),
    distanceM !== null && words.reassign.position(distanceOf(distanceM)),
    before && words.reassign.before[before],
  ]
  return (
    <>
      <b>{name}</b> <span>{teamName}</span>
      <small className="offer-facts">
        {facts.filter(Boolean).join(' · ')}
        {excluded && <strong> ⊘ {exclusions[excluded]}</strong>}
      </small>
    </>
  )
}
