// Who one is: name, role and scope, a new password, and the way out.
import { command, setToken } from './client.js'
import { byId, el, show } from './dom.js'
import { field, refusalOf } from './sign-in.js'
import { t } from './words.js'

const scopeOf = scope => (scope === 'district' ? t('scope.district') : (scope.streets ?? [scope.team]).join('、'))

export function openAccount(me) {
  draw(me, false, '')
  byId('account').showModal()
}

function draw(me, changing, told) {
  show(
    byId('account'),
    el('h2', {}, me.displayName),
    el(
      'dl',
      {},
      [
        [t('field.login'), me.name],
        [t('role'), t(`role.${me.role}`)],
        [t('scope'), scopeOf(me.scope)],
      ].map(([word, value]) => [el('dt', {}, word), el('dd', {}, value)]),
    ),
    me.by === 'local' && el('p', {}, t('account.local')),
    told && el('p', { role: 'status' }, told),
    changing && passwordForm(me),
    el(
      'div',
      { class: 'choices' },
      me.by === 'session' &&
        !changing &&
        el('button', { type: 'button', onclick: () => draw(me, true, '') }, t('account.password')),
      me.by !== 'local' && el('button', { type: 'button', onclick: () => signOut(me) }, t('account.out')),
      el('button', { type: 'button', class: 'quiet', onclick: () => byId('account').close() }, t('back')),
    ),
  )
}

function passwordForm(me) {
  const wrong = el('p', { class: 'wrong', role: 'alert' })
  const send = async event => {
    event.preventDefault()
    const { current, next, again } = Object.fromEntries(new FormData(event.target))
    if (next !== again) {
      wrong.textContent = t('login.differ')
      return
    }
    try {
      await command('/api/me/password', { current, next })
      draw(me, false, t('account.changed'))
    } catch (error) {
      wrong.textContent = refusalOf(error)
    }
  }
  const fresh = { type: 'password', autocomplete: 'new-password' }
  return el(
    'form',
    { method: 'dialog', onsubmit: send },
    field({ name: 'current', type: 'password', autocomplete: 'current-password' }),
    field({ name: 'next', ...fresh }),
    field({ name: 'again', ...fresh }),
    el('p', { class: 'quiet' }, t('login.invite.text')),
    wrong,
    el('button', { type: 'submit', class: 'primary' }, t('account.password')),
  )
}

/** The page is loaded anew: nothing of what was seen stays. */
async function signOut({ by }) {
  if (by === 'session') await command('/api/session', {}, undefined, 'DELETE').catch(() => undefined)
  setToken('')
  location.replace(location.pathname)
}
