// The pictures of a case: one large, a strip of its moments, the clip, and what the camera shows now.
import { Segmented, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { fetchEvidence } from '../../client/evidence.ts'
import type { Evidence, IncidentDetail } from '../../client/records.ts'
import { letGo } from '../../parts/let-go.ts'
import { ClipPlayer, LiveView } from '../../parts/live-view.tsx'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { durationOf, timeOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { besideOf, type Frame, framesOf, offsetOf, shownOf, type Wish } from './frames.ts'
import type { Places } from './places.ts'
import { ALERTS } from './words.ts'

/** The pictures of a strip and of the stage, each fetched once: every fetch is registered as a look at evidence. */
function usePictures(ids: readonly string[]): ReadonlyMap<string, string | null> {
  const [urls, setUrls] = useState<ReadonlyMap<string, string | null>>(new Map())
  const wanted = ids.join(' ')
  // Freed with the case: a case has a handful of pictures.
  const [held] = useState(() => new Map<string, string | null | Promise<void>>())
  useEffect(() => {
    for (const id of wanted.split(' ').filter(Boolean)) {
      if (held.has(id)) continue
      const keep = (url: string | null): void => {
        held.set(id, url)
        setUrls(before => new Map([...before, [id, url]]))
      }
      held.set(
        id,
        fetchEvidence(id).then(
          blob => keep(URL.createObjectURL(blob)),
          () => keep(null),
        ),
      )
    }
  }, [wanted, held])
  useEffect(
    () => () => {
      for (const url of held.values()) if (typeof url === 'string') URL.revokeObjectURL(url)
      held.clear()
    },
    [held],
  )
  return urls
}

/** What the stage shows: what was kept, or what the camera sees now. */
export type Mode = 'picture' | 'clip' | 'live'

interface PicturesProps {
  readonly detail: IncidentDetail
  readonly places: Places
  readonly wish: Wish
  readonly mode: Mode
  setWish(wish: Wish): void
  setMode(mode: Mode): void
}

export function Pictures({ detail, places, wish, mode, setWish, setMode }: PicturesProps) {
  const { may } = useSession()
  const words = useWords(ALERTS)
  const { kinds } = useWords(DOMAIN)
  const { incident, evidence } = detail
  const allowed = may('evidence:read')
  const camera = places.cameraOf(incident.cameraId)
  const frames = allowed ? framesOf(evidence, wish) : []
  const shown = allowed ? shownOf(evidence, wish) : undefined
  const beside = shown && besideOf(evidence, shown)
  const clip = allowed ? evidence.find(({ mediaType }) => mediaType === 'video/mp4') : undefined
  const ids = [shown, beside, ...frames.map(frame => frame.evidence)].flatMap(item => item?.id ?? [])
  const pictures = usePictures([...new Set(ids)])
  const modes = [
    { value: 'picture' as const, label: words.picture },
    ...(clip ? [{ value: 'clip' as const, label: words.clip }] : []),
    ...(camera && may('camera:watch') ? [{ value: 'live' as const, label: words.live }] : []),
  ]
  const now = modes.some(({ value }) => value === mode) ? mode : 'picture'
  const alt = (item: Evidence): string => `${kinds[incident.kind]} ${places.placeOf(incident)} ${timeOf(item.takenAt)}`
  return (
    <figure className="alert-stage">
      <div className="alert-picture">
        {!allowed && now !== 'live' && <p className="alert-none">{words.picturesHidden}</p>}
        {now === 'live' && camera && (
          <LiveView cameraId={camera.id} name={camera.name} isAway={camera.health?.state !== 'online'} />
        )}
        {now === 'clip' && clip && <ClipPlayer evidenceId={clip.id} />}
        {allowed &&
          now === 'picture' &&
          (shown ? (
            [...(beside ? [beside] : []), shown].map(item => (
              <Still key={item.id} url={pictures.get(item.id)} alt={alt(item)} />
            ))
          ) : (
            <p className="alert-none">
              {words.noPictures}
              <small>{words.noPicturesHint}</small>
            </p>
          ))}
        {camera?.generated && <span className="alert-generated">{words.generated}</span>}
      </div>
      {(allowed || modes.length > 1) && (
        <figcaption>
          {modes.length > 1 && (
            <Segmented
              size="small"
              onClick={letGo}
              value={now}
              options={modes}
              onChange={setMode}
              aria-label={words.picture}
            />
          )}
          {now === 'picture' && shown && (
            <>
              <Strip
                frames={frames}
                shown={shown}
                firedAt={firedAt(detail)}
                pictures={pictures}
                choose={setWish}
                wish={wish}
              />
              <span className="space" />
              <Choices evidence={evidence} shown={shown} wish={wish} setWish={setWish} />
            </>
          )}
        </figcaption>
      )}
    </figure>
  )
}

const firedAt = ({ incident, evidence }: IncidentDetail): number =>
  evidence.find(({ moment }) => moment === 'fired')?.takenAt ?? incident.openedAt

function Still({ url, alt }: { readonly url: string | null | undefined; readonly alt: string }) {
  const words = useWords(ALERTS)
  if (url) return <img src={url} alt={alt} />
  if (url === null) return <p className="alert-none">{words.pictureFailed}</p>
  return <Skeleton.Node active className="alert-waiting" />
}

interface StripProps {
  readonly frames: readonly Frame[]
  readonly shown: Evidence
  readonly firedAt: number
  readonly pictures: ReadonlyMap<string, string | null>
  readonly wish: Wish
  choose(wish: Wish): void
}

function Strip({ frames, shown, firedAt, pictures, wish, choose }: StripProps) {
  const words = useWords(ALERTS)
  const { moments } = useWords(DOMAIN)
  if (frames.length < 2) return null
  return (
    <fieldset className="alert-strip" aria-label={words.frames}>
      {frames.map(({ moment, takenAt, evidence }) => {
        const url = pictures.get(evidence.id)
        return (
          <button
            key={moment}
            type="button"
            aria-pressed={shown.moment === moment}
            title={`${moments[moment]} ${timeOf(takenAt)}`}
            onClick={() => choose({ ...wish, moment })}
          >
            {url ? <img src={url} alt="" className="alert-thumb" /> : <i className="alert-thumb" />}
            <span>
              {moments[moment]} <small>{offsetOf(takenAt, firedAt, durationOf)}</small>
            </span>
          </button>
        )
      })}
    </fieldset>
  )
}

function Choices({
  evidence,
  shown,
  wish,
  setWish,
}: Pick<PicturesProps, 'wish' | 'setWish'> & { readonly evidence: readonly Evidence[]; readonly shown: Evidence }) {
  const words = useWords(ALERTS)
  const of = evidence.filter(({ moment, mediaType }) => moment === shown.moment && mediaType === 'image/jpeg')
  const views = (['wide', 'close-up'] as const).filter(view => of.some(item => item.view === view))
  const marks = [true, false].filter(annotated =>
    of.some(item => item.view === shown.view && item.annotated === annotated),
  )
  return (
    <>
      {views.length > 1 && (
        <Segmented
          size="small"
          onClick={letGo}
          aria-label={words.frames}
          value={shown.view}
          options={views.map(view => ({ value: view, label: words[view] }))}
          onChange={view => setWish({ ...wish, view })}
        />
      )}
      {marks.length > 1 && (
        <Segmented
          size="small"
          onClick={letGo}
          aria-label={words.annotated}
          value={shown.annotated ? 'annotated' : 'clean'}
          options={[
            { value: 'annotated', label: words.annotated },
            { value: 'clean', label: words.clean },
          ]}
          onChange={value => setWish({ ...wish, annotated: value === 'annotated' })}
        />
      )}
    </>
  )
}
