// The case: one incident's pictures, why it was raised, what happened since, and what can be done now.
import { deadlineList } from './deadlines.js'
import { el } from './dom.js'
import { generatedMark, placeOf, severityMark } from './lists.js'
import { undoButton } from './undo.js'
import { why } from './why.js'
import { agoOf, subjectOf, t, timeOf } from './words.js'

export const REASONS = ['not-there', 'permitted', 'loading', 'wrong-kind', 'duplicate', 'bad-picture', 'other']
const AFTER_WORK = ['verified', 'still-there']
const MOMENTS = ['first', 'half', 'fired', 'cleared', 'verified', 'still-there']

export function caseView(state, actions) {
  const { detail } = state
  const back = el('button', { type: 'button', class: 'quiet back', onclick: actions.leave }, `‹ ${t('back')}`)
  if (!state.chosenId)
    return [el('div', { class: 'nothing' }, el('p', {}, t('empty.case')), el('p', { class: 'quiet keys' }, t('keys')))]
  if (!detail) return [back, el('div', { class: 'nothing' }, el('p', { class: 'quiet' }, t('loading')))]
  const { incident, job } = detail
  return [
    el(
      'div',
      { class: 'title' },
      back,
      el(
        'h2',
        {},
        t(`kind.${incident.kind}`),
        el('span', { class: 'subject', title: incident.subject }, subjectOf(incident)),
        severityMark(incident.severity),
      ),
      el('p', { class: 'where' }, placeOf(state, incident)),
      el(
        'p',
        { class: 'quiet' },
        `${t(`review.${incident.review}`)} · ${t(`physical.${incident.physical}`)}${incident.reopened ? ` · ${incident.reopened} ${t('reopened')}` : ''} · `,
        el('code', {}, incident.id),
      ),
    ),
    pictures(state, detail, actions),
    buttons(state, detail, actions),
    undoButton(state, detail, actions),
    el(
      'div',
      { class: 'facts' },
      why(incident),
      dispatched(state, job, detail.deadlines, actions),
      happened(detail.events),
    ),
  ]
}

function pictures(state, { incident, evidence }, actions) {
  if (!state.may('evidence:read')) return el('p', { class: 'stage none' }, t('hidden.pictures'))
  if (evidence.length === 0) return el('p', { class: 'stage none' }, t('empty.pictures'))
  const wish = state.picture
  // The nearest that exists to what is wished for: the moment counts most, then the view.
  const nearness = item =>
    (item.moment === wish.moment ? 4 : 0) +
    (item.view === wish.view ? 2 : 0) +
    (item.annotated === wish.annotated ? 1 : 0)
  const shown = [...evidence].sort((a, b) => nearness(b) - nearness(a))[0]
  const before = AFTER_WORK.includes(shown.moment) && beforeWork(evidence, shown)
  const choice = (on, label, change, title) =>
    el(
      'button',
      { type: 'button', class: 'choice', 'aria-pressed': String(on), title, onclick: () => actions.wish(change) },
      label,
    )
  const has = test => evidence.some(test)
  const moments = MOMENTS.filter(moment => has(item => item.moment === moment))
  return el(
    'figure',
    { class: 'stage' },
    el(
      'div',
      { class: before ? 'beside' : '' },
      [before, shown].filter(Boolean).map(item => image(state, incident, item, actions)),
    ),
    generatedMark(state, incident.cameraId),
    el(
      'figcaption',
      {},
      el(
        'div',
        { class: 'switch' },
        moments.map(moment =>
          choice(
            shown.moment === moment,
            `${t(moment)} ${timeOf(evidence.find(item => item.moment === moment).takenAt)}`,
            { moment },
          ),
        ),
      ),
      el('span', { class: 'space' }),
      el(
        'div',
        { class: 'switch' },
        ['wide', 'close-up']
          .filter(view => has(item => item.moment === shown.moment && item.view === view))
          .map(view => choice(shown.view === view, t(view), { view })),
      ),
      el(
        'div',
        { class: 'switch' },
        [true, false]
          .filter(annotated =>
            has(item => item.moment === shown.moment && item.view === shown.view && item.annotated === annotated),
          )
          .map(annotated => choice(shown.annotated === annotated, t(annotated ? 'annotated' : 'clean'), { annotated })),
      ),
    ),
  )
}

/** What is seen after the work is shown beside the same view of what was reported. */
function beforeWork(evidence, { view, annotated }) {
  const same = evidence.filter(item => item.view === view && item.annotated === annotated)
  return same.findLast(item => item.moment === 'fired') ?? same.find(item => !AFTER_WORK.includes(item.moment))
}

function image(state, incident, { id, takenAt }, actions) {
  const source = state.pictures.get(id)
  if (!source) actions.fetchPicture(id)
  const alt = `${t(`kind.${incident.kind}`)} ${placeOf(state, incident)} ${timeOf(takenAt)}`
  if (source?.url) return el('img', { src: source.url, alt })
  return el('p', { class: 'none' }, source?.failed ? t('picture.failed') : t('loading'))
}

function buttons(state, { incident }, actions) {
  if (incident.review !== 'pending' || !state.may('incident:decide')) return null
  if (!state.rejecting) {
    return el(
      'div',
      { class: 'actions' },
      el(
        'button',
        { type: 'button', class: 'primary', disabled: state.busy, 'data-key': 'confirm', onclick: actions.confirm },
        el('kbd', {}, 'Enter'),
        t('confirm'),
      ),
      el(
        'button',
        { type: 'button', disabled: state.busy, 'data-key': 'reject', onclick: actions.startReject },
        el('kbd', {}, 'X'),
        `${t('reject')}…`,
      ),
    )
  }
  return el(
    'div',
    { class: 'actions reject' },
    el(
      'div',
      { class: 'reasons' },
      REASONS.map((reason, index) =>
        el(
          'button',
          {
            type: 'button',
            disabled: state.busy,
            'data-key': `reason-${reason}`,
            onclick: () => actions.reject(reason),
          },
          el('kbd', {}, String(index + 1)),
          t(`reason.${reason}`),
        ),
      ),
    ),
    el('input', {
      type: 'text',
      maxlength: '500',
      placeholder: t('note'),
      value: state.note,
      'data-key': 'note',
      'aria-label': t('note'),
      oninput: event => actions.note(event.target.value),
    }),
    el('button', { type: 'button', class: 'quiet', onclick: actions.cancelReject }, el('kbd', {}, 'Esc'), t('cancel')),
  )
}

const STEPS = {
  assigned: ['accept', 'job:work'],
  accepted: ['handled', 'job:work'],
  'on-site': ['handled', 'job:work'],
  returned: ['handled', 'job:work'],
  handled: ['close', 'job:verify'],
  verifying: ['close', 'job:verify'],
}

function dispatched(state, job, deadlines, actions) {
  if (!job) return null
  const [step, action] = STEPS[job.state] ?? []
  const reach = job.assignment && t(`reach.${job.assignment.reach}`)
  return el(
    'section',
    {},
    el('h3', {}, t('dispatch')),
    el(
      'p',
      { class: 'measure' },
      el('b', {}, t(`job.${job.state}`)),
      el('span', { class: 'quiet' }, ` ${job.teamId ?? t('noTeam')}`),
    ),
    reach && el('p', { class: 'quiet' }, reach),
    job.escalation > 0 &&
      el(
        'p',
        { class: 'quiet' },
        `${t('escalation')} ${job.escalation}${job.acknowledged < job.escalation ? '' : ` · ${t('acknowledged')}`}`,
      ),
    deadlineList(deadlines),
    el(
      'ol',
      { class: 'steps' },
      [
        ['dispatch', job.createdAt],
        ['job.assigned', job.assignedAt],
        ['accept', job.acceptedAt],
        ['handled', job.handledAt],
        ['close', job.closedAt],
      ]
        .filter(([, at]) => at)
        .map(([name, at]) => el('li', {}, el('time', { title: agoOf(at) }, timeOf(at)), ` ${t(name)}`)),
    ),
    job.handledBy && el('p', { class: 'quiet' }, `${t('handled')} ${t('decidedBy')} ${job.handledBy}`),
    step &&
      state.may(action) &&
      el(
        'button',
        {
          type: 'button',
          class: 'primary big',
          disabled: state.busy,
          'data-key': 'step',
          onclick: () => actions.step(job.id, step),
        },
        t(step),
      ),
  )
}

function happened(events) {
  return el(
    'section',
    {},
    el('h3', {}, t('history')),
    el(
      'ol',
      { class: 'steps' },
      events.map(({ at, event, actor, note }) =>
        el(
          'li',
          {},
          el('time', { title: agoOf(at) }, timeOf(at)),
          ` ${t(`event.${event}`)}`,
          el('span', { class: 'quiet' }, ` ${actor}${note ? ` — ${note}` : ''}`),
        ),
      ),
    ),
  )
}
