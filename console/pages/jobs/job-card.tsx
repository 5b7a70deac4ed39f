// One job on the board: what, where, who has it and until when; dragged by hand or keyboard, or moved by its menu.
import { HolderOutlined, MoreOutlined } from '@ant-design/icons'
import { useDraggable } from '@dnd-kit/core'
import { Button, Dropdown } from 'antd'
import { memo, useLayoutEffect, useRef } from 'react'
import { Link } from 'react-router'
import { SeverityMark } from '../../parts/severity-mark.tsx'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { DueMark, SupervisionMark } from './due-mark.tsx'
import type { JobCard, Names } from './job-queries.ts'
import { type StepName, stepsOf } from './steps.ts'
import { JOBS } from './words.ts'

export interface CardProps {
  readonly card: JobCard
  readonly names: Names
  readonly onStep: (step: StepName, card: JobCard) => void
}

export const JobCardView = memo(function JobCardView({ card, names, onStep }: CardProps) {
  const words = useWords(JOBS)
  const { kinds, jobs: states } = useWords(DOMAIN)
  const { me, may } = useSession()
  const name = `${kinds[card.kind]} ${names.place(card)}`
  const steps = stepsOf(card, { name: me.name, may })
  const holder = names.holder(card)
  return (
    <article className="job-card" aria-label={name}>
      <header>
        <Link to={`/jobs/${card.id}`} className="job-card-name">
          {kinds[card.kind]}
        </Link>
        {steps.length > 0 && (
          <span className="job-card-tools">
            <Handle card={card} name={words.drag(name)} />
            <Dropdown
              trigger={['click']}
              menu={{
                items: steps.map(step => ({
                  key: step,
                  label: step === 'reassign' && card.state === 'queued' ? words.actions.dispatch : words.actions[step],
                  onClick: () => onStep(step, card),
                })),
              }}
            >
              <Button type="text" size="small" icon={<MoreOutlined />} aria-label={words.more_actions(name)} />
            </Dropdown>
          </span>
        )}
      </header>
      <p>
        <SeverityMark severity={card.severity} /> · {names.place(card)}
      </p>
      <p className="job-card-who">
        {holder ?? words.nobody}
        {card.state === 'on-site' || card.state === 'verifying' ? <em> · {states[card.state]}</em> : null}
      </p>
      <p className="job-card-due">
        <DueMark card={card} />
      </p>
      {(card.supervision || card.escalation > 0 || card.returns > 0) && (
        <p className="job-card-marks">
          <SupervisionMark supervision={card.supervision} />
          {card.escalation > 0 && <span>↑ {words.escalated(card.escalation)}</span>}
          {card.returns > 0 && <span>↺ {words.returns(card.returns)}</span>}
        </p>
      )}
    </article>
  )
})

/** By itself: while a card is carried, all that can be carried is drawn anew with every step, and a card's menu is dear. */
function Handle({ card, name }: { readonly card: JobCard; readonly name: string }) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, isDragging } = useDraggable({
    id: card.id,
    data: { card },
  })
  const handle = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const whole = handle.current?.closest('article') ?? null
    setNodeRef(whole)
    setActivatorNodeRef(handle.current)
    whole?.classList.toggle('dragging', isDragging)
    return () => whole?.classList.remove('dragging')
  }, [isDragging, setNodeRef, setActivatorNodeRef])
  return (
    <button ref={handle} type="button" className="job-card-handle" {...attributes} {...listeners} aria-label={name}>
      <HolderOutlined />
    </button>
  )
}
