// A picture on which a box is drawn, by mouse, finger or keys.
import { type PointerEvent, useRef, useState } from 'react'
import type { Box, Point } from '../../../core/geometry.ts'
import { useWords } from '../../words/words.ts'
import { boxBetween, boxByKey, isDrawn } from './box.ts'
import { REPORT } from './words.ts'

export function DrawBox({
  url,
  name,
  box,
  onChange,
}: {
  readonly url: string
  readonly name: string
  readonly box: Box | undefined
  readonly onChange: (box: Box | undefined) => void
}) {
  const words = useWords(REPORT)
  const picture = useRef<HTMLImageElement>(null)
  const [from, setFrom] = useState<Point>()
  const pointOf = ({ clientX, clientY }: PointerEvent): Point => {
    const { left, top, width, height } = picture.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1)
    return { x: (clientX - left) / width, y: (clientY - top) / height }
  }
  return (
    <div className="report-picture">
      <img ref={picture} src={url} alt={words.picture(name)} draggable={false} />
      <div
        className="report-draw"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is drawn on by keys, too
        tabIndex={0}
        aria-label={words.draw}
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId)
          setFrom(pointOf(event))
          onChange(undefined)
        }}
        onPointerMove={event => from && onChange(boxBetween(from, pointOf(event)))}
        onPointerUp={() => {
          setFrom(undefined)
          if (box && !isDrawn(box)) onChange(undefined)
        }}
        onKeyDown={event => {
          const next = boxByKey(box, event.key, event.shiftKey)
          if (!next) return
          event.preventDefault()
          onChange(next)
        }}
      >
        {box && (
          <div
            className="report-box"
            style={{
              left: `${box.x1 * 100}%`,
              top: `${box.y1 * 100}%`,
              width: `${(box.x2 - box.x1) * 100}%`,
              height: `${(box.y2 - box.y1) * 100}%`,
            }}
          />
        )}
      </div>
    </div>
  )
}
