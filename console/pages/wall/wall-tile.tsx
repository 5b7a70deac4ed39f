// One camera on the wall: its picture, its name, and in words what ails it.
import { WarningOutlined } from '@ant-design/icons'
import { useEffect, useRef, useState } from 'react'
import { authorization, checked, segment } from '../../client/http.ts'
import type { Camera } from '../../client/records.ts'
import { LiveView } from '../../parts/live-view.tsx'
import { LIVE_WORDS } from '../../parts/live-words.ts'
import { useSeen } from '../../parts/seen.ts'
import { listOf, timeOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import type { Ailment } from './camera-health.ts'
import { WALL } from './words.ts'

/** A wall of a hundred stills costs ten pictures a second. */
const STILL_EVERY_MS = 10_000

interface TileProps {
  readonly camera: Camera
  readonly ailments: readonly Ailment[]
  /** `poll`: one still now and then, for walls of many. */
  readonly as: 'video' | 'stills' | 'poll'
  readonly isFocused: boolean
  onFocus(): void
  onOpen(): void
}

export function WallTile({ camera, ailments, as, isFocused, onFocus, onOpen }: TileProps) {
  const words = useWords(WALL)
  const isAway = camera.health?.state !== 'online'
  return (
    <li className="wall-one">
      <div className="wall-shown">
        {as === 'poll' ? (
          <NowAndThen cameraId={camera.id} isAway={isAway} />
        ) : (
          <LiveView cameraId={camera.id} name={camera.name} as={as} isAway={isAway} />
        )}
      </div>
      <p className="wall-caption">
        <span className="wall-name">{camera.name}</span>
        {camera.generated && <span className="wall-demo">{words.generated}</span>}
        {ailments.map(({ key, word, hint }) => (
          <span key={key} className="wall-ill" title={hint}>
            <WarningOutlined aria-hidden /> {word}
          </span>
        ))}
      </p>
      <button
        type="button"
        className="wall-tile"
        tabIndex={isFocused ? 0 : -1}
        aria-label={listOf([words.open(camera.name), ...ailments.map(({ word }) => word)])}
        onFocus={onFocus}
        onClick={onOpen}
      />
    </li>
  )
}

/** The newest still, while it can be seen; what stands there stays until the next one has come. */
function NowAndThen({ cameraId, isAway }: { readonly cameraId: string; readonly isAway: boolean }) {
  const words = useWords(LIVE_WORDS)
  const frame = useRef<HTMLSpanElement>(null)
  const isSeen = useSeen(frame)
  const [still, setStill] = useState<{ readonly url: string; readonly at: number }>()
  useEffect(() => {
    if (!isSeen || isAway) return
    const stop = new AbortController()
    const look = async () => {
      try {
        const asked = { headers: authorization(), signal: stop.signal }
        const response = await checked(await fetch(`/api/cameras/${segment(cameraId)}/still`, asked))
        const url = URL.createObjectURL(await response.blob())
        if (stop.signal.aborted) URL.revokeObjectURL(url)
        else setStill({ url, at: Number(response.headers.get('jiemu-taken-at')) || Date.now() })
      } catch {
        // What ails the camera stands beside its name; the picture before stays, with its time.
      }
    }
    void look()
    const timer = setInterval(look, STILL_EVERY_MS)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }, [cameraId, isSeen, isAway])
  useEffect(() => (still ? () => URL.revokeObjectURL(still.url) : undefined), [still])
  return (
    <span className="wall-still" ref={frame}>
      {still && <img src={still.url} alt="" />}
      {still && (
        <span className="live-status">
          {words.stills} {timeOf(still.at)}
        </span>
      )}
    </span>
  )
}
