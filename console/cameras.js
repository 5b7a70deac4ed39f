// The cameras: how each stream does, what it shows, what its zones cost, and what people are asked about its view.
import { isAsked, sightOf, viewBanner } from './camera-view.js'
import { el } from './dom.js'
import { empty, moment, skeleton } from './lists.js'
import { percentOf, t, timeOf } from './words.js'

const SHAPES = { online: '●', connecting: '○', retrying: '◐', ended: '■', failed: '✕', unknown: '○' }

/** What is wrong with the house itself, above the cameras. */
function troubleRows(state) {
  return state.troubles.map(({ name, state: health, problem }) =>
    el(
      'li',
      { class: 'camera failed' },
      el(
        'span',
        { class: 'line' },
        el('span', { class: 'shape', 'aria-hidden': 'true' }, SHAPES[health === 'down' ? 'failed' : 'retrying']),
        el('strong', {}, name),
        el('span', { class: 'space' }),
        el('span', { class: 'state' }, t(`health.${health}`)),
      ),
      problem && problemText(problem),
    ),
  )
}

const problemText = ({ code, message, hint }) =>
  el('p', { class: 'problem' }, el('code', {}, code), ` ${message}`, el('em', {}, hint))

export function cameraRows(state, actions) {
  return state.loaded ? [...troubleRows(state), ...ownCameraRows(state, actions)] : skeleton()
}

function ownCameraRows(state, actions) {
  if (!state.may('camera:read')) return [empty(t('hidden.cameras'))]
  const cameras = [...state.cameras.values()]
  if (cameras.length === 0) return [empty(t('empty.cameras'))]
  // What needs somebody comes first.
  const rank = camera =>
    isAsked(camera)
      ? -1
      : ['failed', 'retrying', 'connecting', undefined, 'ended', 'online'].indexOf(camera.health?.state)
  return cameras
    .sort((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id))
    .map(camera => {
      const { id, name, generated, health } = camera
      const stream = health?.state ?? 'unknown'
      const picture = health?.widthPx ? `${health.codec} ${health.widthPx}×${health.heightPx}` : ''
      return el(
        'li',
        { class: `camera ${stream}` },
        el(
          'span',
          { class: 'line' },
          el('span', { class: 'shape', 'aria-hidden': 'true' }, SHAPES[stream]),
          el('strong', {}, name),
          generated && el('span', { class: 'generated' }, t('generated')),
          el('span', { class: 'space' }),
          el('span', { class: 'state' }, t(`stream.${stream}`)),
        ),
        viewBanner(state, camera, actions),
        el(
          'span',
          { class: 'line quiet wrap' },
          el('span', {}, id),
          picture && el('span', {}, picture),
          health?.framesAnalysed > 0 && el('span', {}, `${t('frames')} ${health.framesAnalysed.toLocaleString()}`),
          health?.reconnects > 0 && el('span', {}, `${t('reconnects')} ${health.reconnects}`),
          el('span', { class: 'space' }),
          health?.lastFrameAt && moment(health.lastFrameAt, timeOf),
        ),
        health?.problem && problemText(health.problem),
        sightOf(camera),
        costsOf(camera),
      )
    })
}

/** What looking at the condition of its zones costs, or why they are not looked at. */
function costsOf({ costs, zones }) {
  return costs.map(({ zoneId, samples, lastAt, coreShare, problem }) => [
    el(
      'span',
      { class: 'line quiet wrap' },
      el('span', {}, zones.find(({ id }) => id === zoneId)?.name ?? zoneId),
      el('span', {}, `${samples.toLocaleString()} ${t('cost.samples')}`),
      coreShare !== null && el('span', {}, `${percentOf(coreShare)} ${t('cost.core')}`),
      el('span', { class: 'space' }),
      lastAt && moment(lastAt, timeOf),
    ),
    problem && problemText(problem),
  ])
}
