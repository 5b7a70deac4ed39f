// A camera's view against its reference: what it shows, and what a person is asked where it has moved.
import { command, picture, read } from './client.js'
import { el, svg } from './dom.js'
import { moment } from './lists.js'
import { tell } from './notices.js'
import { durationOf, percentOf, t, whenOf } from './words.js'

/** What the camera shows, since when, and how long it could not be judged so far. */
export function sightOf({ sight, health }) {
  // Before the first picture there is nothing to be said of it.
  if (!sight || !health.lastFrameAt) return null
  const { view, since, alignment, drift, blindMs } = sight
  const blind = Object.entries(blindMs).filter(([, ms]) => ms >= 1_000)
  const drifted = drift.x !== 0 || drift.y !== 0
  return [
    el(
      'span',
      { class: `line quiet wrap sight ${view === 'clear' ? '' : 'poor'}` },
      el('b', {}, t(view === 'moved' ? `alignment.${alignment}` : `view.${view}`)),
      moment(since, whenOf),
      drifted && el('span', {}, `${t('drift')} ${percentOf(drift.x)}, ${percentOf(drift.y)}`),
    ),
    blind.length > 0 &&
      el(
        'span',
        { class: 'line quiet wrap' },
        el('span', {}, t('blind')),
        blind.map(([reason, ms]) => el('span', {}, `${t(`view.${reason}`)} ${durationOf(ms)}`)),
      ),
  ]
}

/** `lapse-…` and `renewal-…` are what people are asked; a newer occasion has a sentence too. */
function question({ alignment, pending }) {
  const [occasion] = pending?.split('-') ?? []
  return t(['lapse', 'renewal'].includes(occasion) ? `pending.${occasion}` : `waits.${alignment}`)
}

/** Somebody must say whether its zones fit. */
export const isAsked = ({ sight, viewWord }) => !!sight?.pending && sight.pending !== viewWord.confirmed

/** Its zones wait: why, on which picture one can see whether they fit, and what to say. */
export function viewBanner(state, camera, actions) {
  const { id, sight } = camera
  const asked = isAsked(camera) ? sight.pending : undefined
  const away = sight?.alignment === 'moved'
  if (!asked && !away && sight?.alignment !== 'unconfirmed') return null
  const say = (step, body, word, more) =>
    el(
      'button',
      {
        type: 'button',
        'data-key': `${step} ${id}`,
        onclick: () => actions.sayOfView(id, step, body),
        ...more,
        disabled: more?.disabled || state.asking.has(id),
      },
      t(word),
    )
  return el(
    'div',
    { class: 'ask' },
    el('p', {}, question({ ...sight, pending: asked })),
    asked && zonesOnPicture(state, camera, actions),
    state.may('camera:confirm') &&
      el(
        'div',
        { class: 'answers' },
        asked &&
          say('confirm-view', { pending: asked }, 'view.confirm', {
            class: 'primary',
            disabled: away,
            title: away ? t('view.confirm.wait') : undefined,
          }),
        say('renew-view', {}, 'view.renew'),
      ),
  )
}

/** The newest picture of it that was kept, with its zones as they are drawn now. */
function zonesOnPicture(state, camera, actions) {
  if (!state.may('evidence:read')) return null
  const shown = state.views.get(camera.id)
  if (shown?.pending !== camera.sight.pending) actions.fetchView(camera)
  if (!shown?.url) return null
  return el(
    'figure',
    {},
    el('img', { src: shown.url, alt: `${t('view.newest')} ${camera.name}` }),
    svg(
      'svg',
      { viewBox: '0 0 1 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      camera.zones.map(({ polygon }) => svg('polygon', { points: polygon.map(({ x, y }) => `${x},${y}`).join(' ') })),
    ),
    el('figcaption', { class: 'quiet' }, `${t('view.newest')} ${whenOf(shown.takenAt)}`),
  )
}

/** @param draw draws the named view again */
export const viewActions = (state, draw) => ({
  async sayOfView(id, step, body) {
    state.asking.add(id)
    draw('cameras')
    try {
      const camera = await command(`/api/cameras/${encodeURIComponent(id)}/${step}`, body, crypto.randomUUID())
      state.cameras.set(id, camera)
    } catch (error) {
      tell(error)
    } finally {
      state.asking.delete(id)
      draw('cameras')
    }
  },
  async fetchView({ id, sight }) {
    const { pending } = sight
    const before = state.views.get(id)
    state.views.set(id, { pending })
    if (before?.url) URL.revokeObjectURL(before.url)
    const newest = await newestPicture(id).catch(() => undefined)
    if (newest) state.views.set(id, { pending, ...newest })
    draw('cameras')
  },
})

async function newestPicture(id) {
  const { items } = await read(`/api/incidents?camera=${encodeURIComponent(id)}&limit=5`)
  const details = await Promise.all(items.map(incident => read(`/api/incidents/${encodeURIComponent(incident.id)}`)))
  const [kept] = details
    .flatMap(({ evidence }) => evidence)
    .filter(({ view }) => view === 'wide')
    .sort((a, b) => b.takenAt - a.takenAt || Number(a.annotated) - Number(b.annotated))
  return kept && { url: await picture(kept.id), takenAt: kept.takenAt }
}
