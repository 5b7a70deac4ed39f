// A camera live, and the clip of an incident: video where the browser plays it, stills with the reason where not.
import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useEvidence } from '../client/evidence.ts'
import { saveAs } from '../client/http.ts'
import { useSession } from '../shell/session.tsx'
import { timeOf } from '../words/format.ts'
import { useWords } from '../words/words.ts'
import { LiveConnection, type LiveState } from './live-connection.ts'
import { LIVE_WORDS } from './live-words.ts'
import { useSeen } from './seen.ts'
import './live-view.css'

export interface LiveViewProps {
  readonly cameraId: string
  /** For people who hear the page. */
  readonly name: string
  readonly as?: 'video' | 'stills'
  /** The camera is not connected: no picture comes before it is back. */
  readonly isAway?: boolean
  /** Laid over the picture and as large as it: zones, boxes. */
  readonly children?: ReactNode
}

/** Fills what is around it, with the picture's own shape; nothing comes while nobody can see it. */
export function LiveView({ cameraId, name, as = 'video', isAway = false, children }: LiveViewProps) {
  const words = useWords(LIVE_WORDS)
  const { me } = useSession()
  const frame = useRef<HTMLDivElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const isSeen = useSeen(frame)
  const [state, setState] = useState<LiveState>({ phase: 'connecting' })
  const [ratio, setRatio] = useState(16 / 9)
  const away = useRef(isAway)
  useEffect(() => {
    away.current = isAway
  }, [isAway])
  useEffect(() => {
    if (!isSeen || !video.current) return
    const connection = new LiveConnection(cameraId, as, video.current, setState, () => away.current)
    connection.start()
    return () => {
      connection.close()
      setState({ phase: 'connecting' })
    }
  }, [cameraId, as, isSeen])
  const still = state.phase === 'stills' ? state.still : undefined
  const label = words.picture(name)
  const shape = ({ width, height }: { readonly width: number; readonly height: number }) =>
    width > 0 && height > 0 && setRatio(width / height)
  return (
    <div className="live-view" ref={frame}>
      <div
        className="live-picture"
        style={{ aspectRatio: ratio, width: `min(100cqw, ${(100 * ratio).toFixed(3)}cqh)` }}
      >
        <video
          ref={video}
          aria-label={label}
          hidden={state.phase !== 'video'}
          muted
          playsInline
          onLoadedMetadata={({ currentTarget: it }) => shape({ width: it.videoWidth, height: it.videoHeight })}
        />
        {still && (
          <img
            src={still}
            alt={label}
            onLoad={({ currentTarget: it }) => shape({ width: it.naturalWidth, height: it.naturalHeight })}
          />
        )}
        {children}
        <span className="live-mark" aria-hidden="true">
          {me.name}
        </span>
      </div>
      <LiveStatus state={state} isAway={isAway} />
    </div>
  )
}

function LiveStatus({ state, isAway }: { readonly state: LiveState; readonly isAway: boolean }) {
  const words = useWords(LIVE_WORDS)
  if (state.phase === 'video') return <p className="live-status live-on">{words.live}</p>
  if (state.phase === 'stills') {
    const why = state.why === 'asked' ? '' : words.why[state.why](state.codec)
    return (
      <p className="live-status" title={why}>
        {words.stills}
        {state.at !== undefined && ` ${timeOf(state.at)}`}
        {why && <span> · {why}</span>}
      </p>
    )
  }
  const said =
    state.phase === 'gone'
      ? words.gone[state.why]
      : state.phase === 'connecting' && isAway
        ? words.away
        : words[state.phase]
  return (
    <p className="live-status" role="status">
      {said}
    </p>
  )
}

/** The clip of an incident, fetched once: each fetch is a look that is registered. */
export function ClipPlayer({ evidenceId }: { readonly evidenceId: string }) {
  const words = useWords(LIVE_WORDS)
  const clip = useEvidence(evidenceId)
  const [isUnplayable, setUnplayable] = useState(false)
  if (clip.state === 'failed') return <p className="clip-told">{words.clipFailed}</p>
  if (clip.state === 'loading') return <p className="clip-told">{words.clipLoading}</p>
  const save = async () => saveAs(await (await fetch(clip.url)).blob(), `${evidenceId}.mp4`)
  return (
    <figure className="clip">
      {isUnplayable ? (
        <p className="clip-told">{words.clipUnplayable}</p>
      ) : (
        <video
          src={clip.url}
          aria-label={words.clip}
          controls
          autoPlay
          muted
          loop
          playsInline
          onError={() => setUnplayable(true)}
        />
      )}
      <Button size="small" type="text" icon={<DownloadOutlined />} onClick={() => void save()}>
        {words.save}
      </Button>
    </figure>
  )
}
