// What was done with a job: who, when and why, row by row, with the photos of its notes; and a note of one's own.
import { Image } from 'antd'
import { readNote } from '../../../core/note-photos.ts'
import { useEvidence } from '../../client/evidence.ts'
import type { JobDetail } from '../../client/records.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN, wordOf } from '../../words/domain.ts'
import { agoOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import type { Names } from './job-queries.ts'
import { NoteForm } from './note-form.tsx'
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
            <Said text={event.event === 'noted' ? (event.reason ?? '') : (why(event) ?? '')} photos={detail.photos} />
          </li>
        ))}
      </ol>
    </section>
  )
}

/** What a row says, with the photos that it names: only such as the job has. */
function Said({ text: kept, photos }: { readonly text: string; readonly photos: JobDetail['photos'] }) {
  const { text, photos: named } = readNote(kept)
  const own = named.filter(id => photos.some(photo => photo.id === id))
  if (!text && own.length === 0) return null
  return (
    <>
      {text && <p>{text}</p>}
      {own.length > 0 && (
        <p className="note-photos">
          {own.map(id => (
            <NotePhoto key={id} id={id} />
          ))}
        </p>
      )}
    </>
  )
}

function NotePhoto({ id }: { readonly id: string }) {
  const words = useWords(JOBS).job
  const picture = useEvidence(id)
  if (picture.state === 'ready') return <Image src={picture.url} alt={words.notePhoto} width={96} height={72} />
  return <span className="note-photo-wait">{picture.state === 'failed' ? words.pictureGone : '…'}</span>
}
