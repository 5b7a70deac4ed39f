// The picture with the zone that is drawn on it: corners by mouse, finger or keyboard, other zones and live boxes behind.
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { bottomCentre, iou, type Point, type Polygon } from '../../../../core/geometry.ts'
import type { Camera } from '../../../client/records.ts'
import { DOMAIN, wordOf } from '../../../words/domain.ts'
import { useWords } from '../../../words/words.ts'
import type { Seen } from '../devices-client.ts'
import { type Draft, flawOf, type Step, shifted, snapped, withCorner, withCornerAfter, withoutCorner } from './draft.ts'
import { EDITOR } from './words.ts'

export interface CanvasProps {
  readonly camera: Camera
  readonly picture: string | undefined
  readonly seen: Seen | null | undefined
  /** Width over height of the camera's pictures. */
  readonly aspect: number
  readonly draft: Draft | null
  readonly editing: string | null
  readonly readOnly: boolean
  /** Objects that count for the zone: drawn stronger. */
  isCounted(object: Seen['objects'][number]): boolean
  step(step: Step): void
  choose(zone: string): void
}

/** Units of the drawing: as many for each picture, so that strokes and handles are of one size. */
const HEIGHT = 1_000
const NUDGE = 0.002
const FAR = 0.02

type Drag =
  | { readonly what: 'corner'; readonly index: number; readonly stroke: string }
  | { readonly what: 'whole'; readonly from: Point; readonly polygon: Polygon; readonly stroke: string }

let strokes = 0
const stroke = () => `stroke-${++strokes}`

export function ZoneCanvas(props: CanvasProps) {
  const { camera, picture, seen, aspect, draft, editing, readOnly, isCounted, step, choose } = props
  const words = useWords(EDITOR)
  const kinds = useWords(DOMAIN).kinds
  const svg = useRef<SVGSVGElement>(null)
  const [drag, setDrag] = useState<Drag>()
  const [hover, setHover] = useState<Point>()
  const [corner, setCorner] = useState<number>()
  const width = HEIGHT * aspect
  const flaw = draft && flawOf(draft)
  const open = draft !== null && !draft.closed && !readOnly

  const at = (event: PointerEvent): Point => {
    const box = svg.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1)
    return snapped({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height })
  }
  const units = (polygon: Polygon) => polygon.map(({ x, y }) => `${x * width},${y * HEIGHT}`).join(' ')
  const change = (polygon: Polygon, of?: string) =>
    step({ type: 'change', change: { polygon }, ...(of !== undefined && { stroke: of }) })

  const close = () => {
    if (draft && draft.polygon.length >= 3) step({ type: 'change', change: { closed: true } })
  }
  const down = (event: PointerEvent) => {
    if (!open || event.button !== 0) return
    const point = at(event)
    const [first] = draft.polygon
    const near = first && Math.hypot((first.x - point.x) * aspect, first.y - point.y) < 0.025
    if (near && draft.polygon.length >= 3) close()
    else change([...draft.polygon, point])
  }
  const hold = (next: Drag) => (event: PointerEvent) => {
    if (readOnly || event.button !== 0) return
    event.stopPropagation()
    svg.current?.setPointerCapture(event.pointerId)
    if (next.what === 'corner') setCorner(next.index)
    setDrag(next.what === 'whole' ? { ...next, from: at(event) } : next)
  }
  const move = (event: PointerEvent) => {
    const point = at(event)
    if (open) setHover(point)
    if (!drag || !draft) return
    if (drag.what === 'corner') change(withCorner(draft.polygon, drag.index, point), drag.stroke)
    else change(shifted(drag.polygon, { x: point.x - drag.from.x, y: point.y - drag.from.y }), drag.stroke)
  }
  const up = () => {
    if (drag) step({ type: 'settle' })
    setDrag(undefined)
  }
  const addAfter = (index: number, point: Point) => (event: PointerEvent) => {
    if (readOnly || !draft) return
    change(withCornerAfter(draft.polygon, index, point))
    hold({ what: 'corner', index: index + 1, stroke: stroke() })(event)
  }

  const key = (event: KeyboardEvent) => {
    if (!draft || readOnly) return
    const by = event.shiftKey ? FAR : NUDGE
    const nudges: Readonly<Record<string, Point>> = {
      ArrowLeft: { x: -by, y: 0 },
      ArrowRight: { x: by, y: 0 },
      ArrowUp: { x: 0, y: -by },
      ArrowDown: { x: 0, y: by },
    }
    const nudge = nudges[event.key]
    const chosen = corner === undefined ? undefined : draft.polygon[corner]
    if (nudge && draft.polygon.length > 0) {
      const polygon =
        chosen && corner !== undefined
          ? withCorner(draft.polygon, corner, snappedNudge(chosen, nudge))
          : shifted(draft.polygon, nudge)
      change(polygon, `nudge-${corner ?? 'whole'}`)
    } else if (event.key === 'Enter' && open) close()
    else if (event.key === 'Backspace' && open) change(draft.polygon.slice(0, -1))
    else if ((event.key === 'Delete' || event.key === 'Backspace') && corner !== undefined) {
      change(withoutCorner(draft.polygon, corner))
      setCorner(undefined)
    } else if (event.key === 'Escape') {
      if (drag) step({ type: 'undo' })
      else if (open) step({ type: 'undo' })
      setDrag(undefined)
      setCorner(undefined)
    } else return
    event.preventDefault()
  }

  const others = camera.zones.filter(({ id }) => id !== editing)
  const boxes = seen ? [...seen.objects, ...(seen.everywhere ?? []).filter(one => !seen.objects.some(isSame(one)))] : []
  return (
    <div className="zone-picture" style={{ aspectRatio: String(aspect) }}>
      {picture ? <img src={picture} alt={words.pictureOf(camera.name)} draggable={false} /> : <p>{words.noPicture}</p>}
      <svg
        ref={svg}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        className={open ? 'drawing' : undefined}
        role="application"
        aria-label={words.canvas}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move what is drawn
        tabIndex={0}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onPointerLeave={() => setHover(undefined)}
        onKeyDown={key}
      >
        {others.map(({ id, name, rule, polygon }) => (
          <g key={id} className="zone-other" onPointerDown={() => !open && choose(id)}>
            <polygon points={units(polygon)} />
            <Label at={topOf(polygon)} width={width} text={`${name} · ${kinds[rule]}`} />
          </g>
        ))}
        {boxes.map((object, index) => (
          <ObjectBox
            // biome-ignore lint/suspicious/noArrayIndexKey: boxes of one frame have no names
            key={index}
            object={object}
            width={width}
            counted={isCounted(object)}
          />
        ))}
        {draft && draft.polygon.length > 0 && (
          <g className={flaw && flaw !== 'open' ? 'zone-own wrong' : 'zone-own'}>
            {draft.closed ? (
              <polygon
                className="zone-area"
                points={units(draft.polygon)}
                onPointerDown={hold({ what: 'whole', from: { x: 0, y: 0 }, polygon: draft.polygon, stroke: stroke() })}
              />
            ) : (
              <polyline points={units(hover ? [...draft.polygon, hover] : draft.polygon)} />
            )}
            {draft.closed &&
              !readOnly &&
              draft.polygon.map((from, index) => {
                const to = draft.polygon[(index + 1) % draft.polygon.length] ?? from
                const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
                return (
                  <g
                    // biome-ignore lint/suspicious/noArrayIndexKey: an edge is where it stands
                    key={index}
                    className="zone-middle"
                    onPointerDown={addAfter(index, middle)}
                  >
                    <circle cx={middle.x * width} cy={middle.y * HEIGHT} r={24} className="reach" />
                    <circle cx={middle.x * width} cy={middle.y * HEIGHT} r={7} />
                  </g>
                )
              })}
            {!readOnly &&
              draft.polygon.map(({ x, y }, index) => (
                // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing
                <g
                  // biome-ignore lint/suspicious/noArrayIndexKey: a corner is where it stands
                  key={index}
                  role="button"
                  tabIndex={draft.closed ? 0 : -1}
                  aria-label={words.corner(index + 1, Math.round(x * 100), Math.round(y * 100))}
                  className={corner === index ? 'zone-corner chosen' : 'zone-corner'}
                  onFocus={() => setCorner(index)}
                  onPointerDown={draft.closed ? hold({ what: 'corner', index, stroke: stroke() }) : undefined}
                  onDoubleClick={() => draft.closed && !readOnly && change(withoutCorner(draft.polygon, index))}
                >
                  <circle cx={x * width} cy={y * HEIGHT} r={30} className="reach" />
                  <circle cx={x * width} cy={y * HEIGHT} r={11} />
                </g>
              ))}
          </g>
        )}
      </svg>
    </div>
  )
}

/** A nudge off the edge must not be pulled back onto it. */
function snappedNudge({ x, y }: Point, by: Point): Point {
  const within = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000
  return { x: within(x + by.x), y: within(y + by.y) }
}

const topOf = (polygon: Polygon): Point => polygon.reduce((top, corner) => (corner.y < top.y ? corner : top))

function Label({ at, width, text }: { readonly at: Point; readonly width: number; readonly text: string }) {
  const right = at.x > 0.7
  return (
    <text x={at.x * width} y={Math.max(30, at.y * HEIGHT - 10)} textAnchor={right ? 'end' : 'start'}>
      {text}
    </text>
  )
}

interface BoxProps {
  readonly object: Seen['objects'][number]
  readonly width: number
  readonly counted: boolean
}

function ObjectBox({ object: { label, score, box }, width, counted }: BoxProps) {
  const words = useWords(EDITOR)
  const foot = bottomCentre(box)
  return (
    <g className={counted ? 'seen-object counted' : 'seen-object'}>
      <rect
        x={box.x1 * width}
        y={box.y1 * HEIGHT}
        width={(box.x2 - box.x1) * width}
        height={(box.y2 - box.y1) * HEIGHT}
      />
      <circle cx={foot.x * width} cy={foot.y * HEIGHT} r={7} />
      {counted && (
        <text x={box.x1 * width} y={box.y1 * HEIGHT - 8}>
          {wordOf(words.labels, label)} {score.toFixed(2)}
        </text>
      )}
    </g>
  )
}

/** Found in a crop and in the whole picture. */
const isSame =
  ({ label, box }: Seen['objects'][number]) =>
  (other: Seen['objects'][number]): boolean =>
    other.label === label && iou(other.box, box) > 0.4
