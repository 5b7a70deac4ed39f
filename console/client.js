// Talks to the server: requests, live events and pictures, by the session's cookie or with a token.

const TOKEN = 'jiemu.token'
/** No byte for this long, though the server says something every 15 s: the connection is dead. */
const SILENCE_MS = 40_000

/** An empty one forgets it. */
export const setToken = token => (token ? sessionStorage.setItem(TOKEN, token) : sessionStorage.removeItem(TOKEN))

/** What changes by cookie must carry; undefined before one knows who one is. */
let me
/** Says who one is. Somebody else begins with an empty page: what was seen before is not theirs. */
export function knownAs(now) {
  if (me && me.name !== now.name) location.replace(location.pathname)
  me = now
  return now
}

function headers(more = {}) {
  const token = sessionStorage.getItem(TOKEN)
  return token ? { authorization: `Bearer ${token}`, ...more } : more
}

/** What the server refused, as its problem details say it. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.detail)
    this.problem = problem
  }
}

async function checked(response) {
  if (response.ok) return response
  const problem = await response.json().catch(() => ({}))
  throw new Refused({ status: response.status, title: response.statusText, detail: '', hint: '', code: '', ...problem })
}

export async function read(path) {
  return (await checked(await fetch(path, { headers: headers() }))).json()
}

/** Answers 503, with the same report, where a needed part is down. */
export async function readHealth() {
  const response = await fetch('/api/health', { headers: headers() })
  return (response.status === 503 ? response : await checked(response)).json()
}

export async function command(path, body, key, method = 'POST') {
  const send = () =>
    fetch(path, {
      method,
      headers: headers({
        'content-type': 'application/json',
        ...(me?.csrf && { 'x-csrf-token': me.csrf }),
        ...(key && { 'idempotency-key': key }),
      }),
      body: JSON.stringify(body),
    }).then(checked)
  try {
    return (await send()).json()
  } catch (error) {
    // Somebody signed in anew in another tab: the cookie is that session's now.
    if (error.problem?.code !== 'csrf-refused' || !me) throw error
    knownAs(await read('/api/me'))
    return (await send()).json()
  }
}

/** A picture as an object URL, since an <img> cannot send the token; by a link of our own, which is good for minutes. */
export async function picture(id) {
  const { url } = await command(`/api/evidence/${encodeURIComponent(id)}/link`, {})
  const response = await checked(await fetch(url, { headers: headers() }))
  return URL.createObjectURL(await response.blob())
}

/**
 * Listens for ever, and comes back by itself where it left off.
 * @param onState 'live', 'lost' or 'refused' (with the problem; it stops then)
 */
export async function listen(onMessage, onState) {
  let lastId
  for (let failures = 0; ; failures++) {
    try {
      await listenOnce(
        lastId,
        message => {
          failures = 0
          lastId = message.id ?? lastId
          onMessage(message)
        },
        () => onState('live'),
      )
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 401) return onState('refused', error.problem)
    }
    onState('lost')
    const waitMs = Math.min(15_000, 500 * 2 ** failures)
    await new Promise(resolve => setTimeout(resolve, waitMs * (0.7 + 0.6 * Math.random())))
  }
}

async function listenOnce(lastId, onMessage, onOpen) {
  const abort = new AbortController()
  let watch = setTimeout(() => abort.abort(), SILENCE_MS)
  try {
    const response = await checked(
      await fetch('/api/events', {
        headers: headers(lastId && { 'last-event-id': lastId }),
        signal: abort.signal,
        cache: 'no-store',
      }),
    )
    onOpen()
    let rest = ''
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      clearTimeout(watch)
      watch = setTimeout(() => abort.abort(), SILENCE_MS)
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop()
      for (const block of blocks) {
        const message = messageOf(block)
        if (message.event) onMessage(message)
      }
    }
  } finally {
    clearTimeout(watch)
  }
}

/** Our own server's frames only: one `data` line, LF line ends. */
function messageOf(block) {
  const fields = Object.fromEntries(
    block
      .split('\n')
      .filter(line => /^\w+: /.test(line))
      .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  return { event: fields.event, id: fields.id, record: fields.data ? JSON.parse(fields.data) : undefined }
}
