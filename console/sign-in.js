// Signing in, the first administrator, choosing a password: a dialog over the page, so that one comes back to where one was.
import { command, read, setToken } from './client.js'
import { byId, el, show } from './dom.js'
import { currentLanguage, switchLanguage, t } from './words.js'

/** Taken out of the address at once: what lets somebody in must not stay in a browser's history. */
function takeLink() {
  const [, kind, token] = /^#(setup|invite)=([\w-]+)$/.exec(location.hash) ?? []
  if (kind) history.replaceState(null, '', location.pathname)
  return kind && { kind, token }
}
let link = takeLink()
export const hasLink = () => link !== undefined

const NAME = { name: 'login', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: '40' }
const NEW = { type: 'password', autocomplete: 'new-password' }

/** What each form asks for, and how it is sent. @returns of `send`: who one is now */
const FORMS = {
  password: {
    fields: [NAME, { name: 'password', type: 'password', autocomplete: 'current-password' }],
    send: ({ login, password }) => command('/api/session', { login, password }),
  },
  token: {
    fields: [{ name: 'token', type: 'password', autocomplete: 'off' }],
    async send({ token }) {
      setToken(token.trim())
      try {
        return await read('/api/me')
      } catch (error) {
        setToken('')
        throw error
      }
    },
  },
  setup: {
    fields: [
      { name: 'name', autocomplete: 'name', maxlength: '80' },
      NAME,
      { name: 'password', ...NEW },
      { name: 'again', ...NEW },
    ],
    send: ({ name, login, password }) => command('/api/setup', { token: link.token, name, login, password }),
  },
  invite: {
    fields: [
      { name: 'password', ...NEW },
      { name: 'again', ...NEW },
    ],
    send: ({ password }) => command('/api/invitation', { token: link.token, password }),
  },
}

/** By the error's code; what has no words here is told in the server's. */
const WORDS = new Set(['sign-in-failed', 'sign-in-busy', 'password-weak', 'link-invalid', 'unauthenticated'])

export function refusalOf(error) {
  const { code, detail } = error.problem ?? {}
  if (code === undefined) return t('error.network')
  if (code === 'sign-in-locked') return `${t('login.locked')} ${/\d+/.exec(detail)?.[0] ?? ''} ${t('seconds')}`
  if (code === 'request-invalid') return t('login.invalid')
  return WORDS.has(code) ? t(`refused.${code}`) : detail
}

let form = 'password'
let reason = ''
let wrong = ''
let busy = false
let onIn = () => undefined

/** Opens the dialog, unless it is open. @param why 'ended' where a session has ended @param then is called with who one is */
export async function signIn(why, then) {
  onIn = then
  if (byId('login').open) return
  reason = why
  wrong = ''
  form = link?.kind ?? 'password'
  draw()
  byId('account').close()
  byId('login').showModal()
  focusFirst()
  // Where there are tokens and no people yet, a token is what is asked for.
  const way = link ? undefined : await read('/api/session').catch(() => undefined)
  if (way && !way.users) turnTo('token')
}

function turnTo(name) {
  form = name
  wrong = ''
  draw()
  focusFirst()
}

const focusFirst = () => byId('login').querySelector('input')?.focus()

async function send(event) {
  event.preventDefault()
  if (busy) return
  const given = Object.fromEntries(new FormData(event.target))
  if ('again' in given && given.again !== given.password) return complain(t('login.differ'))
  busy = true
  complain('')
  try {
    const me = await FORMS[form].send(given)
    link = undefined
    byId('login').close()
    onIn(me)
  } catch (error) {
    complain(refusalOf(error))
  } finally {
    busy = false
    byId('login-send').disabled = false
  }
}

/** In place: what was typed stays. */
function complain(text) {
  wrong = text
  byId('login-wrong').textContent = text
  byId('login-send').disabled = busy
}

export const field = ({ name, ...attributes }) =>
  el(
    'label',
    { class: 'field' },
    t(`field.${name}`),
    el('input', { name, required: true, 'data-key': name, ...attributes }),
  )

function draw() {
  const other = form === 'password' ? 'token' : 'password'
  show(
    byId('login'),
    el(
      'header',
      {},
      el('strong', {}, '街目'),
      el('small', {}, 'Jiemu'),
      el('span', { class: 'space' }),
      el(
        'button',
        { type: 'button', class: 'quiet', onclick: turnLanguage },
        currentLanguage() === 'zh' ? 'EN' : '中文',
      ),
    ),
    el(
      'form',
      { id: 'login-form', method: 'dialog', onsubmit: send },
      el('h2', {}, t(`login.${form}`)),
      el('p', {}, reason === 'ended' && form === 'password' ? t('login.ended') : t(`login.${form}.text`)),
      FORMS[form].fields.map(field),
      el('p', { class: 'wrong', id: 'login-wrong', role: 'alert' }, wrong),
      el('button', { type: 'submit', class: 'primary', id: 'login-send' }, t(`login.${form}.send`)),
      !link && el('button', { type: 'button', class: 'quiet', onclick: () => turnTo(other) }, t(`login.with.${other}`)),
    ),
  )
}

function turnLanguage() {
  const typed = new FormData(byId('login-form'))
  switchLanguage()
  wrong = ''
  draw()
  for (const input of byId('login').querySelectorAll('input')) input.value = typed.get(input.name) ?? ''
}
