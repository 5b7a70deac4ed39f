// The lists: alerts and incidents, jobs. Each row is one record; what belongs to it is written beside it.
import { el } from './dom.js'
import { agoOf, amountOf, subjectOf, t, whenOf } from './words.js'

/** The colour never stands alone: the word is beside it. */
export function severityMark(severity) {
  return el('span', { class: `severity ${severity}` }, t(`severity.${severity}`))
}

/** Camera and zone by their names, where this person may see cameras; else by their ids. */
export function placeOf(state, { cameraId, zoneId }) {
  const camera = state.cameras.get(cameraId)
  const zone = camera?.zones.find(({ id }) => id === zoneId)
  // A fault of the camera has no zone that anybody drew.
  const names = [camera?.name ?? cameraId, zone?.name ?? (zoneId === 'camera-health' ? undefined : zoneId)]
  return [...new Set(names)].filter(Boolean).join(' · ')
}

export function generatedMark(state, cameraId) {
  return state.cameras.get(cameraId)?.generated ? el('span', { class: 'generated' }, t('generated')) : null
}

const subjectMark = incident => subjectOf(incident) && el('span', { class: 'quiet' }, subjectOf(incident))
export const empty = text => el('li', { class: 'empty' }, text)
export const moment = (at, write = whenOf) =>
  el('time', { title: agoOf(at), datetime: new Date(at).toISOString() }, write(at))

export function incidentRow(state, incident, choose) {
  const chosen = state.chosenId === incident.id
  return el(
    'li',
    {},
    el(
      'button',
      {
        type: 'button',
        class: `row${chosen ? ' chosen' : ''}${state.fresh.has(incident.id) ? ' fresh' : ''}`,
        'data-key': incident.id,
        'aria-current': chosen ? 'true' : null,
        onclick: () => choose(incident.id),
      },
      el('span', { class: `edge ${incident.severity}` }),
      el(
        'span',
        { class: 'line' },
        el('strong', {}, t(`kind.${incident.kind}`)),
        subjectMark(incident),
        severityMark(incident.severity),
        generatedMark(state, incident.cameraId),
        el('span', { class: 'space' }),
        el('span', { class: `state ${incident.review}` }, t(`review.${incident.review}`)),
      ),
      el('span', { class: 'line place' }, placeOf(state, incident)),
      el(
        'span',
        { class: 'line quiet' },
        moment(incident.openedAt),
        el('span', {}, amountOf(incident.measure.value, incident.measure.unit)),
        el('span', { class: 'space' }),
        el('span', {}, t(`physical.${incident.physical}`)),
      ),
    ),
  )
}

export function incidentRows(state, incidents, choose) {
  if (!state.loaded) return skeleton()
  if (incidents.length === 0) return [empty(t(state.alertsOf === 'pending' ? 'empty.alerts' : 'empty.all'))]
  return incidents.map(incident => incidentRow(state, incident, choose))
}

export function jobRows(state, jobs, choose) {
  if (!state.loaded) return skeleton()
  if (jobs.length === 0) return [empty(t(state.jobsOf === 'open' ? 'empty.jobs' : 'empty.allJobs'))]
  return jobs.map(job => {
    const [first] = job.incidentIds
    const incident = state.incidents.get(first)
    const more = job.incidentIds.length
    return el(
      'li',
      {},
      el(
        'button',
        {
          type: 'button',
          class: `row${job.incidentIds.includes(state.chosenId) ? ' related' : ''}`,
          'data-key': job.id,
          onclick: () => choose(first),
        },
        el('span', { class: `edge ${job.severity}` }),
        el(
          'span',
          { class: 'line' },
          el('strong', {}, t(`kind.${job.kind}`)),
          incident && subjectMark(incident),
          severityMark(job.severity),
          more > 1 && el('span', { class: 'quiet' }, `${more} ${t('incidents')}`),
          el('span', { class: 'space' }),
          el('span', { class: `state job-${job.state}` }, t(`job.${job.state}`)),
        ),
        el('span', { class: 'line place' }, incident ? placeOf(state, incident) : job.placeId),
        el('span', { class: 'line quiet' }, moment(job.createdAt), el('span', {}, job.teamId ?? t('noTeam'))),
      ),
    )
  })
}

export function skeleton() {
  return [1, 2, 3].map(() => el('li', { class: 'skeleton', 'aria-hidden': 'true' }, el('i'), el('i')))
}
