// One job fills the screen: where, what, the pictures, and the one next step as one button.
import { useRef, useState } from 'react'
import { PHOTO_FAR_M } from '../../core/field-work.ts'
import type { Position } from '../../core/geo.ts'
import { distanceM } from '../../core/geo.ts'
import { amapLink, geoLink } from '../parts/navigation.ts'
import { preparePhoto, type TakenPhoto } from '../parts/photo.ts'
import { DOMAIN } from '../words/domain.ts'
import { distanceOf } from '../words/format.ts'
import { useWords } from '../words/words.ts'
import { CameraInput } from './camera-input.tsx'
import { Countdown } from './countdown.tsx'
import type { Action, NewAction } from './outbox.ts'
import { OwnPicture, Picture } from './picture.tsx'
import { ReasonForm } from './reason-form.tsx'
import { distanceOfJob, dueOf, type FieldJob, nextStep, placeOf } from './sheet.ts'
import { FIELD } from './words.ts'

interface JobViewProps {
  readonly one: FieldJob
  /** What was done that the job does not show yet. */
  readonly unseen: readonly Action[]
  /** Whether the server does not have all of it. */
  readonly waiting: boolean
  readonly here: Position | null
  readonly onDo: (action: NewAction) => void
  readonly onBack: () => void
}

export function JobView({ one, unseen, waiting, here, onDo, onBack }: JobViewProps) {
  const words = useWords(FIELD)
  const domain = useWords(DOMAIN)
  const { job } = one
  const [asking, setAsking] = useState<'decline' | 'note'>()
  const camera = useRef<HTMLInputElement>(null)
  const taking = useRef<TakenPhoto['moment']>('after')
  const [notePhoto, setNotePhoto] = useState<TakenPhoto>()
  const [busy, setBusy] = useState(false)
  const [warning, setWarning] = useState('')
  const own = unseen.filter(({ jobId, refused }) => jobId === job.id && !refused)
  const step = nextStep(one, own)
  const due = dueOf(one)
  const place = placeOf(one)
  const away = distanceOfJob(one, here)
  const mayWork = ['accepted', 'on-site', 'returned'].includes(job.state)
  const name = one.place ?? one.camera ?? one.address ?? job.placeId

  const take = (moment: TakenPhoto['moment']): void => {
    taking.current = moment
    camera.current?.click()
  }
  const took = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setBusy(true)
    setWarning('')
    try {
      const photo = await preparePhoto(file, taking.current, here)
      const off = place && photo.lat !== null && photo.lon !== null ? distanceM(place, photo as Position) : 0
      if (off > PHOTO_FAR_M) setWarning(words.far(distanceOf(off)))
      if (photo.moment === 'note') setNotePhoto(photo)
      else onDo({ jobId: job.id, step: 'photo', photo })
    } catch {
      setWarning(words.notPicture)
    } finally {
      setBusy(false)
    }
  }

  return (
    <article className="field-job" aria-label={`${domain.kinds[job.kind]} ${name}`}>
      <header>
        <button type="button" className="field-back" onClick={onBack} aria-label={words.back}>
          ‹
        </button>
        <h1>
          {domain.kinds[job.kind]} <span>{name}</span>
        </h1>
        {due && <Countdown dueAt={due.dueAt} />}
      </header>
      <div className="field-job-body">
        <Status one={one} waiting={waiting} />
        {one.verdict === 'clear' && one.after ? (
          <div className="field-sides">
            <Picture id={one.before} label={words.before} />
            <Picture id={one.after} label={words.after} />
          </div>
        ) : (
          <Picture id={one.before} label={words.before} />
        )}
        <dl>
          <dt>{words.address}</dt>
          <dd>
            {one.address ?? one.camera ?? words.noAddress}
            {away !== null && <span className="field-quiet"> · {distanceOf(away)}</span>}
          </dd>
          {place && (
            <dd className="field-links">
              <a href={amapLink(place, name)} target="_blank" rel="noreferrer">
                {words.navigate} ↗
              </a>
              <a href={geoLink(place)}>{words.otherMap}</a>
            </dd>
          )}
          <dt>{words.required}</dt>
          <dd>{words.requirements[job.kind]}</dd>
          {one.description && (
            <>
              <dt>{words.resident}</dt>
              <dd>{one.description}</dd>
            </>
          )}
        </dl>
        <Photos one={one} own={own} />
        {warning && (
          <p className="field-warning" role="alert">
            {warning}
          </p>
        )}
        {mayWork && !asking && (
          <div className="field-small-steps">
            {job.state === 'on-site' && (
              <>
                <button type="button" onClick={() => take('before')} disabled={busy}>
                  {words.photoBefore}
                </button>
                <button type="button" onClick={() => take('after')} disabled={busy}>
                  {words.photoAfter}
                </button>
              </>
            )}
            <button type="button" onClick={() => setAsking('note')}>
              {words.note}
            </button>
          </div>
        )}
        {job.state === 'assigned' && !asking && (
          <div className="field-small-steps">
            <button type="button" onClick={() => setAsking('decline')}>
              {words.decline}…
            </button>
          </div>
        )}
        {asking && (
          <ReasonForm
            title={asking === 'decline' ? words.declineWhy : words.noteWhy}
            offers={asking === 'decline' ? words.declineReasons : []}
            {...(asking === 'note' && { photo: { blob: notePhoto?.blob, take: () => take('note') } })}
            onCancel={() => {
              setAsking(undefined)
              setNotePhoto(undefined)
            }}
            onSend={reason => {
              onDo({ jobId: job.id, step: asking, reason, photo: (asking === 'note' && notePhoto) || null })
              setAsking(undefined)
              setNotePhoto(undefined)
              if (asking === 'decline') onBack()
            }}
          />
        )}
      </div>
      <CameraInput ref={camera} label={words.steps.photo} onTake={file => void took(file)} />
      {step && (
        <button
          type="button"
          className="field-next"
          disabled={busy}
          onClick={() => (step === 'photo' ? take('after') : onDo({ jobId: job.id, step }))}
        >
          {busy ? words.preparing : words.steps[step]}
        </button>
      )}
    </article>
  )
}

function Status({ one, waiting }: { readonly one: FieldJob; readonly waiting: boolean }) {
  const words = useWords(FIELD)
  const domain = useWords(DOMAIN)
  const { state } = one.job
  if (waiting) return <p className="field-status">{words.saved}</p>
  if (state === 'closed') return <p className="field-status field-good">✓ {words.verified}</p>
  if (state === 'returned') {
    const why = one.returnedWhy ?? domain.jobs.returned
    return (
      <p className="field-status field-warning" role="alert">
        ↩ {words.returnedWhy(why)}
      </p>
    )
  }
  if (state === 'verifying') {
    return <p className="field-status">{one.verdict === 'blind' ? words.blind : words.checking}</p>
  }
  if (state === 'handled') return <p className="field-status">{words.done}</p>
  return one.urgedAt ? <p className="field-status field-warning">! {words.urged}</p> : null
}

function Photos({ one, own }: { readonly one: FieldJob; readonly own: readonly Action[] }) {
  const words = useWords(FIELD)
  const ownPhotos = own.flatMap(({ key, photo }) => (photo ? [{ key, photo }] : []))
  if (one.photos.length + ownPhotos.length === 0) return null
  return (
    <section className="field-sides" aria-label={words.picturesOf}>
      {one.photos.map(({ id, moment }) => (
        <Picture
          key={id}
          id={id}
          label={moment === 'note' ? words.note : words[moment === 'before' ? 'before' : 'after']}
        />
      ))}
      {ownPhotos.map(({ key, photo }) => (
        <OwnPicture key={key} blob={photo.blob} label={words[photo.moment]} />
      ))}
    </section>
  )
}
