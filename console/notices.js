// What the console says beside the records: errors with what to do next, and the wish for a token.
import { Refused } from './client.js'
import { byId, el } from './dom.js'
import { t } from './words.js'

/** Says what went wrong and what to do; the same thing once. */
export function tell(error) {
  if (error instanceof Refused && error.problem.status === 401) return askForToken(false)
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

export function askForToken(wrong) {
  byId('login-title').textContent = t('login.title')
  byId('login-text').textContent = t('login.text')
  byId('login-send').textContent = t('login.send')
  byId('login-wrong').textContent = wrong ? t('login.wrong') : ''
  byId('login-token').setAttribute('aria-label', t('login.title'))
  if (!byId('login').open) byId('login').showModal()
}
