// What the console knows: the server's records, and what the person has chosen to look at.

export const state = {
  me: undefined,
  may: action => state.me?.may.includes(action) ?? false,
  loaded: false,
  connection: 'connecting',
  incidents: new Map(),
  jobs: new Map(),
  cameras: new Map(),
  /** Grid id → how it stands. */
  grids: new Map(),
  /** Camera id → the newest picture of it, for the occasion on which its zones must be confirmed. */
  views: new Map(),
  /** Cameras on whose view somebody's word is on its way. */
  asking: new Set(),
  /** Parts of the house that are not well. */
  troubles: [],
  counts: undefined,
  alertsOf: 'pending',
  jobsOf: 'open',
  /** New alerts that wait until nobody is reading the list. */
  held: new Set(),
  fresh: new Set(),
  /** Also in the address, so that a case can be sent to a colleague. */
  chosenId: /^#([\w.-]+)$/.exec(location.hash)?.[1],
  detail: undefined,
  picture: { moment: 'fired', view: 'wide', annotated: true },
  /** Evidence id → { url } or { failed }. */
  pictures: new Map(),
  rejecting: false,
  note: '',
  busy: false,
}

const OPEN_JOBS = ['queued', 'assigned', 'accepted', 'on-site', 'handled', 'verifying', 'returned', 'deferred']
const newestFirst = at => (a, b) => b[at] - a[at] || a.id.localeCompare(b.id)

export function listedIncidents() {
  return [...state.incidents.values()]
    .filter(({ id, review }) => !state.held.has(id) && (state.alertsOf === 'all' || review === 'pending'))
    .sort(newestFirst('openedAt'))
}

export function listedJobs() {
  return [...state.jobs.values()]
    .filter(job => state.jobsOf === 'all' || OPEN_JOBS.includes(job.state))
    .sort(newestFirst('createdAt'))
}

/** Object URLs hold their bytes until they are given back. */
export function forgetPictures() {
  for (const { url } of state.pictures.values()) if (url) URL.revokeObjectURL(url)
  state.pictures.clear()
}
