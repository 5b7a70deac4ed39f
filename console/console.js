// The console: keeps what the server says, shows it, and sends what the person decides.
import { openAccount } from './account.js'
import { drawBar } from './bar.js'
import { viewActions } from './camera-view.js'
import { cameraRows } from './cameras.js'
import { caseView } from './case.js'
import { command, knownAs, listen, picture, Refused, read, readHealth } from './client.js'
import { byId, el, show } from './dom.js'
import { listenToKeys } from './keys.js'
import { incidentRows, jobRows } from './lists.js'
import { tell, whenUnknown } from './notices.js'
import { hasLink, signIn } from './sign-in.js'
import { forgetPictures, listedIncidents, listedJobs, state } from './state.js'
import { canUndo, startUndo, stopUndo } from './undo.js'
import { switchLanguage, t, timeOf } from './words.js'

// Showing

const choices = (chosen, options, choose) =>
  options.map(name =>
    el(
      'button',
      {
        type: 'button',
        class: 'choice',
        'data-key': name,
        'aria-pressed': String(chosen === name),
        onclick: () => choose(name),
      },
      t(name),
    ),
  )

const VIEWS = {
  bar: () => drawBar(state, openTab),
  alerts() {
    byId('alerts-title').textContent = t('alerts')
    show(
      byId('alerts-switch'),
      choices(state.alertsOf, ['pending', 'all'], name => {
        state.alertsOf = name
        state.held.clear()
        draw('alerts')
      }),
    )
    const held = byId('held')
    held.hidden = state.held.size === 0
    held.textContent = `${state.held.size} ${t('held.one')}`
    show(byId('alert-rows'), incidentRows(state, listedIncidents(), choose))
  },
  jobs() {
    byId('jobs-title').textContent = t('jobs')
    show(
      byId('jobs-switch'),
      choices(state.jobsOf, ['open', 'all'], name => {
        state.jobsOf = name
        draw('jobs')
      }),
    )
    show(byId('job-rows'), jobRows(state, listedJobs(), choose))
  },
  cameras() {
    byId('cameras-title').textContent = t('cameras')
    show(byId('camera-rows'), cameraRows(state, actions))
  },
  case() {
    document.body.classList.toggle('in-case', state.chosenId !== undefined)
    show(byId('case'), caseView(state, actions))
  },
}

/** A burst of events draws each view once a frame. */
const stale = new Set()
function draw(...names) {
  if (stale.size === 0) requestAnimationFrame(drawStale)
  for (const name of names.length > 0 ? names : Object.keys(VIEWS)) stale.add(name)
}
function drawStale() {
  const names = [...stale]
  stale.clear()
  for (const name of names) VIEWS[name]()
}

function openTab(name) {
  document.body.dataset.tab = name
  actions.leave()
  draw('bar')
}

// Reading

const keyed = records => new Map(records.map(record => [record.id, record]))

async function load() {
  try {
    state.me = knownAs(await read('/api/me'))
    const [pending, incidents, jobs] = await Promise.all([
      read('/api/incidents?review=pending&limit=200'),
      read('/api/incidents?limit=100'),
      read('/api/jobs?limit=200'),
      loadCameras(),
      loadGrids(),
    ])
    state.incidents = keyed([...incidents.items, ...pending.items])
    state.jobs = keyed(jobs.items)
    state.held.clear()
    state.loaded = true
    await Promise.all([loadCounts(), loadHealth()])
    draw()
    if (state.chosenId) await loadDetail()
  } catch (error) {
    tell(error)
    if (error.problem?.status !== 401) setTimeout(load, 5_000)
  }
}

let countsWanted = false
async function loadCounts() {
  state.counts = await read('/api/counts')
  draw('bar')
}
/** After a change; many changes at once ask once. */
function countSoon() {
  if (countsWanted) return
  countsWanted = true
  setTimeout(() => {
    countsWanted = false
    loadCounts().catch(tell)
  }, 300)
}

async function loadHealth() {
  const { components } = await readHealth()
  state.troubles = components.filter(component => component.state !== 'ok')
  draw('cameras')
}

async function loadCameras() {
  if (!state.may('camera:read')) return
  state.cameras = keyed((await read('/api/cameras')).items)
  draw('bar', 'cameras')
}

async function loadGrids() {
  if (!state.may('grid:read')) return
  state.grids = new Map((await read('/api/grids')).items.map(grid => [grid.gridId, grid]))
  draw('bar')
}

async function loadDetail() {
  const id = state.chosenId
  const detail = await read(`/api/incidents/${encodeURIComponent(id)}`)
  if (id === state.chosenId) keepDetail(detail)
}

function keepDetail(detail) {
  state.detail = detail
  state.incidents.set(detail.incident.id, detail.incident)
  if (detail.job) state.jobs.set(detail.job.id, detail.job)
  if (detail.incident.review !== 'pending') state.rejecting = false
  draw()
}

function choose(id) {
  if (!id) return
  if (id !== state.chosenId) {
    forgetPictures()
    Object.assign(state, {
      chosenId: id,
      detail: undefined,
      rejecting: false,
      note: '',
      picture: { moment: 'fired', view: 'wide', annotated: true },
    })
    byId('case').scrollTop = 0
    history.replaceState(null, '', `#${id}`)
  }
  draw('alerts', 'jobs', 'case')
  loadDetail().catch(tell)
}

const reading = () => byId('alerts').matches(':hover') || byId('alert-rows').scrollTop > 8

const ON_EVENT = {
  reset: load,
  incident(incident) {
    const known = state.incidents.has(incident.id)
    state.incidents.set(incident.id, incident)
    if (incident.review !== 'pending') state.held.delete(incident.id)
    if (!known) {
      state.fresh.add(incident.id)
      setTimeout(() => state.fresh.delete(incident.id), 2_000)
      if (reading()) state.held.add(incident.id)
    }
    countSoon()
    draw('alerts', 'jobs')
    if (incident.id === state.chosenId) loadDetail().catch(tell)
  },
  job(job) {
    state.jobs.set(job.id, job)
    countSoon()
    draw('jobs')
    if (job.incidentIds.includes(state.chosenId)) loadDetail().catch(tell)
  },
  grid(grid) {
    state.grids.set(grid.gridId, grid)
    draw('bar')
  },
  camera(camera) {
    state.cameras.set(camera.id, camera)
    draw('bar', 'cameras')
  },
}

// Doing

/** @param shown whether a refusal is told to the person; else its code is handed back */
async function decide(path, body, key, shown = () => true) {
  if (state.busy) return undefined
  state.busy = true
  draw('case')
  try {
    return await command(path, body, key)
  } catch (error) {
    if (error instanceof Refused && !shown(error.problem)) return error.problem.code
    tell(error)
    if (error instanceof Refused && error.problem.status === 409) loadDetail().catch(tell)
    return undefined
  } finally {
    state.busy = false
    draw('case')
  }
}

const incidentPath = step => `/api/incidents/${encodeURIComponent(state.chosenId)}/${step}`
const pendingHere = () => state.detail?.incident.review === 'pending' && state.may('incident:decide')

function decidedHere(detail) {
  startUndo(detail.incident.id, () => draw('case'))
  keepDetail(detail)
}

/** Once somebody has accepted the job, that person is owed a reason. */
async function takeBack(body) {
  const detail = await decide(incidentPath('undo'), body, undefined, ({ code }) => code !== 'reason-missing')
  if (detail !== 'reason-missing') return detail
  const reason = prompt(t('undo.reason'))?.trim()
  return reason ? decide(incidentPath('undo'), { reason }) : undefined
}

const actions = {
  ...viewActions(state, draw),
  async confirm() {
    const detail = pendingHere() && (await decide(incidentPath('confirm'), {}))
    if (detail) decidedHere(detail)
  },
  startReject() {
    if (!pendingHere()) return
    state.rejecting = true
    draw('case')
  },
  cancelReject() {
    state.rejecting = false
    draw('case')
  },
  note(text) {
    state.note = text
  },
  async reject(reason) {
    const note = state.note.trim()
    const detail = pendingHere() && (await decide(incidentPath('reject'), { reason, ...(note && { note }) }))
    if (detail) decidedHere(detail)
  },
  async undo() {
    const detail = canUndo(state.chosenId) && (await takeBack({}))
    if (!detail) return
    stopUndo()
    keepDetail(detail)
  },
  async step(jobId, step) {
    const done = await decide(`/api/jobs/${encodeURIComponent(jobId)}/${step}`, {}, crypto.randomUUID())
    if (done) loadDetail().catch(tell)
  },
  wish(change) {
    Object.assign(state.picture, change)
    draw('case')
  },
  async fetchPicture(id) {
    state.pictures.set(id, {})
    const chosen = state.chosenId
    const fetched = await picture(id).then(
      url => ({ url }),
      () => ({ failed: true }),
    )
    if (chosen === state.chosenId) state.pictures.set(id, fetched)
    else if (fetched.url) URL.revokeObjectURL(fetched.url)
    draw('case')
  },
  leave() {
    state.chosenId = undefined
    state.detail = undefined
    history.replaceState(null, '', location.pathname)
    draw('alerts', 'jobs', 'case')
  },
}

// Starting

window.addEventListener('hashchange', () => {
  if (/^#(setup|invite)=/.test(location.hash)) location.reload()
  else choose(location.hash.slice(1))
})
listenToKeys(choose, actions)

/** Also where the cookie itself is gone: whoever was known before has been signed out. */
const unknown = ({ code }) => signIn(state.me || code === 'session-ended' ? 'ended' : '', start)
whenUnknown(unknown)

let listening = false
async function start() {
  try {
    state.me = knownAs(await read('/api/me'))
  } catch (error) {
    if (error instanceof Refused && error.problem.status === 401) return unknown(error.problem)
    tell(error)
    setTimeout(start, 3_000)
    return
  }
  // Whoever decides nothing came for the work.
  if (!state.may('incident:decide')) document.body.dataset.tab = 'jobs'
  draw('bar')
  if (listening) return
  listening = true
  await listen(
    ({ event, record }) => ON_EVENT[event]?.(record),
    (connection, problem) => {
      state.connection = connection === 'refused' ? 'lost' : connection
      if (connection === 'live') byId('notices').replaceChildren()
      if (problem) unknown(problem)
      draw('bar')
    },
  )
  listening = false
}

byId('login').addEventListener('cancel', event => event.preventDefault())
byId('person').addEventListener('click', () => openAccount(state.me))
byId('language').addEventListener('click', () => {
  switchLanguage()
  draw()
})
byId('held').addEventListener('click', () => {
  byId('alert-rows').scrollTop = 0
  state.held.clear()
  draw('alerts')
})
// No event tells of the house itself, nor of what is merely counted.
setInterval(() => {
  if (state.connection === 'live') Promise.all([loadHealth(), loadCameras()]).catch(tell)
}, 15_000)
const tick = () => {
  byId('clock').textContent = timeOf(Date.now())
}
setInterval(tick, 1_000)
tick()
draw()
if (hasLink()) signIn('', start)
else start()
