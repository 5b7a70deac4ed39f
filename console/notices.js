// What the console says beside the records: errors with what to do next, once each.
import { Refused } from './client.js'
import { byId, el } from './dom.js'
import { t } from './words.js'

let onUnknown = () => undefined
/** What to do where one has to sign in. */
export const whenUnknown = action => {
  onUnknown = action
}

/** Says what went wrong and what to do; the same thing once. */
export function tell(error) {
  if (error instanceof Refused && error.problem.status === 401) return onUnknown(error.problem)
  const { title, detail, hint } =
    error instanceof Refused ? error.problem : { title: t('error.network'), detail: '', hint: t('error.network.hint') }
  const text = `${title} ${detail}`
  const notices = byId('notices')
  if ([...notices.children].some(notice => notice.dataset.text === text)) return
  const notice = el(
    'div',
    { class: 'notice', 'data-text': text },
    el('p', {}, el('b', {}, title), detail && ` ${detail}`),
    el('p', { class: 'quiet' }, hint),
    el('button', { type: 'button', class: 'quiet', onclick: () => notice.remove() }, t('dismiss')),
  )
  notices.append(notice)
}
