// The picture at each mark of a time line, with its zone and boxes drawn over it; where there is none, a sketch of them.
import { moveBox, movePolygon } from '../../../core/geometry.ts'
import { type Html, html } from '../../html.ts'
import type { LoggedBox, ScoredCase, ScoredLook } from '../../scoring/score-file.ts'
import { type Mark, timeLine } from './time-line.ts'
import { elapsed } from './time-line-chart.ts'
import { glyph, VERDICTS } from './verdicts.ts'

/** Units of its drawing; opened larger, it fills the window. */
const WIDE = 320

/** @param id of the case on the page @param pictures names of those that the page has */
export function shots(scored: ScoredCase, id: string, pictures: ReadonlySet<string>): Html {
  const { marks } = timeLine(scored)
  return html`<div class="shots">${marks.map(mark => shot(scored, mark, id, pictures))}</div>`
}

function shot(scored: ScoredCase, mark: Mark, id: string, pictures: ReadonlySet<string>): Html {
  const { number, verdict } = mark
  const own = `${id}-${number}`
  return html`<figure class="shot" id="${own}"><a class="open" href="#${own}" title="larger">${drawing(scored, mark, pictures)}</a>
<figcaption>${glyph(verdict)} <b>${number}</b> ${VERDICTS[verdict].text}: ${caption(scored, mark)}${missing(lookOf(scored, mark), pictures)} <a class="close" href="#${id}">close</a></figcaption></figure>
`
}

function lookOf({ events, alarms }: ScoredCase, { event, alarm }: Mark): ScoredLook | null {
  return (alarm === null ? events[event ?? -1]?.look : alarms[alarm]?.look) ?? null
}

function caption({ events, alarms, startAt }: ScoredCase, mark: Mark): string {
  const event = events[mark.event ?? -1]
  const alarm = alarms[mark.alarm ?? -1]
  const since = (at: number) => elapsed((at - startAt) / 1_000)
  const about = event?.what || [event?.subject, event?.zone, alarm?.subject, alarm?.zone].find(Boolean) || 'the camera'
  if (!alarm) return `${about}, due at ${since(event?.dueAt ?? mark.at)}`
  const late = event ? `, ${((alarm.openedAt - event.dueAt) / 1_000).toFixed(1)} s after due` : ''
  const why = alarm.why ? `, ${WHY[alarm.why]}` : ''
  return `${alarm.verdict === 'false' ? alarm.zone : about}, at ${since(alarm.openedAt)}${late}${why}, score ${alarm.score.toFixed(2)}`
}

const WHY = { early: 'early', late: 'late', 'no-event': 'about nothing' } as const

/** What is not a picture says so: a sketch must not pass for one. */
function missing(look: ScoredLook | null, pictures: ReadonlySet<string>): Html {
  const unclear = look && look.view !== 'clear' ? html`; view ${look.view}` : ''
  if (!look) return html`; no picture from then on`
  if (look.picture === null) return html`${unclear}; sketch of recorded detections`
  return pictures.has(look.picture) ? html`${unclear}` : html`${unclear}; <em>sketch: the picture is not at hand</em>`
}

/** Truth and alarm in bold, everything else that was seen faintly; all moved to where the camera had drifted. */
function drawing(scored: ScoredCase, mark: Mark, pictures: ReadonlySet<string>): Html {
  const { frame, zones, events, alarms } = scored
  const high = Math.round((WIDE * frame.heightPx) / frame.widthPx)
  const look = lookOf(scored, mark)
  const event = events[mark.event ?? -1]
  const alarm = alarms[mark.alarm ?? -1]
  const [x = 0, y = 0] = look?.drift ?? []
  const rect = ([x1, y1, x2, y2]: LoggedBox, kind: string) => {
    const box = moveBox({ x1, y1, x2, y2 }, { x, y })
    return html`<rect class="${kind}" x="${px(box.x1, WIDE)}" y="${px(box.y1, high)}" width="${px(box.x2 - box.x1, WIDE)}" height="${px(box.y2 - box.y1, high)}"/>`
  }
  const zone = zones.find(({ id }) => id === (alarm?.zone ?? event?.zone))
  const corners = movePolygon(
    (zone?.polygon ?? []).map(([cx, cy]) => ({ x: cx, y: cy })),
    { x, y },
  )
  const outline = corners.map(corner => `${px(corner.x, WIDE)},${px(corner.y, high)}`).join(' ')
  const picture = look?.picture && pictures.has(look.picture) ? look.picture : undefined
  // In a picture everything can be seen that was there; in a sketch only what is drawn.
  const seen = picture && mark.verdict !== 'miss' ? [] : (look?.seen ?? [])
  return html`<svg viewBox="0 0 ${WIDE} ${high}" role="img">
<rect class="ground" width="${WIDE}" height="${high}"/>${picture ? html`<use href="#${pictureId(picture)}" width="${WIDE}" height="${high}"/>` : ''}
${seen.map(([, , box]) => rect(box, 'seen'))}${corners.length > 0 ? html`<polygon class="zone" points="${outline}"/>` : ''}
${(alarm?.boxes ?? []).map(box => rect(box, 'alarmed'))}${event?.box ? rect(event.box, 'true') : ''}</svg>`
}

const px = (share: number, side: number): number => Math.round(share * side * 10) / 10

const pictureId = (name: string): string => `p-${name.slice(0, -'.jpg'.length)}`

/** All pictures of a page, each once however many alarms it shows. */
export function pictureStore(pictures: ReadonlyMap<string, Uint8Array>): Html {
  const symbols = [...pictures].map(
    ([name, jpeg]) =>
      html`<symbol id="${pictureId(name)}" viewBox="0 0 1 1" preserveAspectRatio="none"><image width="1" height="1" preserveAspectRatio="none" href="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}"/></symbol>\n`,
  )
  return symbols.length > 0 ? html`<svg class="store" width="0" height="0" aria-hidden="true">${symbols}</svg>` : html``
}
