// Who could get the card that is being moved: each a place to drop it, laid over the board so that nothing jumps.
import { useDroppable } from '@dnd-kit/core'
import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { DOMAIN } from '../../words/domain.ts'
import { distanceOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { type JobCard, jobQueries, type Offer, type Offers, type TeamOffer } from './job-queries.ts'
import { JOBS } from './words.ts'

export function WorkerDock({ card }: { readonly card: JobCard }) {
  const words = useWords(JOBS)
  const { data, isPending } = useQuery(jobQueries.candidates(card.id))
  const people = data?.offers.filter(({ workerId }) => workerId !== null && workerId !== card.workerId) ?? []
  const teams = teamsFor(data).filter(({ teamId }) => card.workerId !== null || teamId !== card.teamId)
  return (
    <aside className="worker-dock" aria-label={words.giveTo}>
      <h2>{words.giveTo}</h2>
      <p>{words.giveToHint}</p>
      {isPending && <Skeleton active title={false} paragraph={{ rows: 5 }} />}
      {data && people.length === 0 && <p>{words.noCandidates}</p>}
      {people.slice(0, 12).map(offer => (
        <Place
          key={offer.workerId}
          to={offer.workerId ?? ''}
          name={offer.name ?? ''}
          excluded={offer.excluded !== null}
        >
          <OfferLine offer={offer} />
        </Place>
      ))}
      {teams.length > 0 && <h3>{words.reassign.teams}</h3>}
      {teams.map(offer => (
        <Place key={offer.teamId} to={teamKey(offer.teamId)} name={offer.teamName} excluded={offer.excluded !== null}>
          <TeamLine offer={offer} />
        </Place>
      ))}
    </aside>
  )
}

/** Teams that could ever have the job: of another place, or without the skill, nobody is looked for. */
export const teamsFor = (data: Offers | undefined): readonly TeamOffer[] =>
  data?.teams.filter(({ excluded }) => excluded !== 'other-grid' && excluded !== 'no-skill').slice(0, 6) ?? []

/** As dialogs and places to drop on name a team; workers go by their ids, in which there is no colon. */
export const teamKey = (teamId: string): string => `team:${teamId}`

interface PlaceProps {
  /** A worker's id, or a team's key. */
  readonly to: string
  readonly name: string
  readonly excluded: boolean
  readonly children: ReactNode
}

function Place({ to, name, excluded, children }: PlaceProps) {
  const { setNodeRef, isOver } = useDroppable({ id: `to:${to}`, data: { to, name } })
  return (
    <div ref={setNodeRef} className={`dock-person${isOver ? ' over' : ''}${excluded ? ' passed-over' : ''}`}>
      {children}
    </div>
  )
}

/** A team, and who of it would go: the rules of assignment choose, whoever names the team. */
export function TeamLine({ offer: { teamName, chosen, excluded } }: { readonly offer: TeamOffer }) {
  const words = useWords(JOBS)
  const { exclusions } = useWords(DOMAIN)
  return (
    <>
      <b>{teamName}</b>
      <small className="offer-facts">
        {chosen && (chosen.name ? words.reassign.teamWould(chosen.name) : words.reassign.teamWhole)}
        {excluded && <strong> ⊘ {exclusions[excluded]}</strong>}
      </small>
    </>
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
