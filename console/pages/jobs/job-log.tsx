// What was done with a job: who, when and why, row by row; and a note of one's own.
import { Button, Form } from 'antd'
import { useState } from 'react'
import type { JobDetail } from '../../client/records.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN, wordOf } from '../../words/domain.ts'
import { agoOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import type { Names } from './job-queries.ts'
import { ReasonInput } from './reason-input.tsx'
import { useTakeStep } from './take-step.ts'
import { JOBS } from './words.ts'

const ASSIGNED = /^(\S+) \(([\w-]+)(?:, team (\S+))?\)$/

export function JobLog({ detail, names }: { readonly detail: JobDetail; readonly names: Names }) {
  const words = useWords(JOBS).job
  const { deadlines, jobEvents, reaches, roles } = useWords(DOMAIN)
  const { may } = useSession()
  const { job, events } = detail
  /** Assignment says "li (grid)", or "li (grid, team a)" where a team was named, and an escalation "arrive: 2 NAME"; people read names. */
  const why = (event: JobDetail['events'][number]): string | null => {
    const [, deadline, level] = (event.event === 'escalated' && /^(\w+): (.*)$/.exec(event.reason ?? '')) || []
    if (deadline && level) return `${wordOf(deadlines, deadline)} → ${level}`
    const [, who, reach, team] = (event.event === 'assigned' && ASSIGNED.exec(event.reason ?? '')) || []
    if (!who || !reach) return event.reason
    const known = names.worker(who)
    const how = [reaches[reach as keyof typeof reaches] ?? reach, team && words.ofTeam(names.team(team) ?? team)]
    return `${known === who ? (names.team(who) ?? who) : known}（${how.filter(Boolean).join(' · ')}）`
  }
  return (
    <section>
      <h2>{words.log}</h2>
      {may('job:note') && <NoteForm id={job.id} />}
      <ol className="job-log" reversed>
        {events.toReversed().map(event => (
          <li key={event.sequence} className={event.event}>
            <time title={agoOf(event.at)}>{whenOf(event.at)}</time>
            <b>{jobEvents[event.event]}</b>
            <span className="quiet">
              {event.party in roles
                ? `${event.actor} · ${roles[event.party as keyof typeof roles]}`
                : words.parties[event.party as keyof typeof words.parties]}
            </span>
            {event.reason && <p>{why(event)}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}

function NoteForm({ id }: { readonly id: string }) {
  const words = useWords(JOBS)
  const takeStep = useTakeStep()
  const [text, setText] = useState('')
  const [sending, setSending] = useState(false)
  const send = async (): Promise<void> => {
    setSending(true)
    if (await takeStep('note', id, { reason: text.trim() })) setText('')
    setSending(false)
  }
  return (
    <Form layout="vertical" onFinish={() => void send()}>
      <ReasonInput
        label={words.job.noteLabel}
        placeholder={words.job.notePlaceholder}
        value={text}
        onChange={setText}
      />
      <Button htmlType="submit" disabled={!text.trim()} loading={sending}>
        {words.actions.note}
      </Button>
    </Form>
  )
}
