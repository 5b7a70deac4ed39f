// Who gets in where: one line for every route and for every kind of live event; api/routes/authorization.test.ts walks it.
import { PAGE_PATHS } from '../../api/console-page.ts'
import type { Change } from '../../api/ports.ts'
import type { StreetId } from '../../core/ids.ts'
import { type Actor, ROLES, type Role } from '../../core/permission.ts'
import { teamOf } from './api-samples.ts'

/** What is asked for lies in the street tianshui, and is the work of that street's team. */
export const SCOPES = {
  district: 'district',
  'own street': { streets: ['tianshui' as StreetId] },
  'foreign street': { streets: ['changqing' as StreetId] },
  'own team': { team: teamOf('tianshui') },
  'foreign team': { team: teamOf('changqing') },
} as const satisfies Readonly<Record<string, Actor['scope']>>
export type ScopeName = keyof typeof SCOPES

/** Lists, which the route itself cuts down; nobody is refused for the scope. */
const ANY = Object.keys(SCOPES) as ScopeName[]
/** What belongs to a street and to a team. */
const OWN: readonly ScopeName[] = ['district', 'own street', 'own team']
/** What belongs to a street, and to no team. */
const STREET: readonly ScopeName[] = ['district', 'own street']
/** What lies in a street, and is anybody's of a team to report. */
const REPORTED: readonly ScopeName[] = ['district', 'own street', 'own team', 'foreign team']
const DISTRICT: readonly ScopeName[] = ['district']
/** What belongs to a team, and to no street. */
const TEAM: readonly ScopeName[] = ['district', 'own team']

const ALL: readonly Role[] = ROLES
const ADMIN: readonly Role[] = ['admin']
const WATCHERS: readonly Role[] = ['admin', 'operator', 'supervisor', 'team-leader', 'engineer', 'viewer']
const CAMERA_WATCHERS: readonly Role[] = ['admin', 'operator', 'supervisor', 'team-leader', 'engineer']
const DECIDERS: readonly Role[] = ['admin', 'operator']
const VIEW_KEEPERS: readonly Role[] = ['admin', 'operator', 'engineer']
const DRIVERS: readonly Role[] = ['admin', 'engineer']
const FIELD: readonly Role[] = ['admin', 'team-leader', 'worker']
const LOOKERS: readonly Role[] = [...FIELD, 'operator', 'supervisor', 'engineer']
const VERIFIERS: readonly Role[] = ['admin', 'supervisor']
const ROOM: readonly Role[] = ['admin', 'operator', 'supervisor']
const DISPATCHERS: readonly Role[] = ['admin', 'operator', 'team-leader', 'supervisor']

export interface Row {
  readonly roles: readonly Role[] | 'public'
  readonly scopes: readonly ScopeName[]
  /** Of the roles those that need a team of their own, whatever the scopes say. */
  readonly ofATeam?: readonly Role[]
  /** For people who have signed in, or stand for a worker; a token is told so (409). */
  readonly session: boolean
  /** What stands for `:id` and the like, in their order. */
  readonly ids: readonly string[]
  readonly body: object | undefined
  /** What follows the question mark. */
  readonly query?: string
}

/** Whoever has one of the roles and one of the scopes is let in (2xx), everybody else is not (403). */
const to = (roles: readonly Role[], scopes: readonly ScopeName[], body?: object, ...ids: readonly string[]): Row => ({
  roles,
  scopes,
  session: false,
  ids,
  body,
})
/** A change of a team's rota: an administrator of the district makes it, or the leader of that very team. */
const keeping = (body?: object, ...ids: readonly string[]): Row => ({
  ...to(['admin', 'team-leader'], TEAM, body, ...ids),
  ofATeam: ['team-leader'],
})
/** A list that asks for something. */
const asking = (query: string, roles: readonly Role[]): Row => ({ ...to(roles, ANY), query })
/** What everybody may do about themselves, once signed in. */
const own = (body?: object, ...ids: readonly string[]): Row => ({ ...to(ALL, ANY, body, ...ids), session: true })
/** What holds nothing of anybody, or is for those who are not known yet. */
const open = (body?: object): Row => ({ ...to(ALL, ANY, body), roles: 'public' })
const files = (...names: readonly string[]): Record<string, Row> =>
  Object.fromEntries(names.map(name => [`GET /${name}`, open()]))

/** As a browser's form sends it. */
function photo(moment = 'before'): FormData {
  const form = new FormData()
  form.append('moment', moment)
  form.append('file', new Blob(['picture']), 'photo.jpg')
  return form
}

const DAYS = 'from=2026-03-01&to=2026-03-31'
const DAYS_BY_GRID = `${DAYS}&by=grid`
const CAMERA = 'cam-tianshui'
const INCIDENT = 'inc-tianshui'
const WORKER = { name: '吴', teamId: teamOf('tianshui') }
const SHIFT = { teamId: teamOf('tianshui'), calendar: { from: '14:00', to: '22:00' } }
const LEAVE = { workerId: 'li', working: false, fromAt: 1_800_000_000_000, toAt: 1_800_000_100_000, why: 'leave' }
const JOB = 'job-tianshui'
const ZONE = {
  name: 'Bay',
  rule: 'crowding',
  polygon: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ],
}
const TRIED = { rule: 'crowding', polygon: ZONE.polygon }
const CLIP = 'clip-00000000-0000-0000-0000-000000000000'
const PERSON = { label: 'person', score: 0.9, box: { x1: 0.6, y1: 0.1, x2: 0.7, y2: 0.3 } }
const COUNTED = Array.from({ length: 5 }, () => ({ counted: 2, objects: [PERSON] }))

function clip(): FormData {
  const form = new FormData()
  form.append('zone', JSON.stringify(TRIED))
  form.append('file', new Blob(['clip']), 'clip.mp4')
  return form
}

/** An hour after the clock of the tests. */
const MUTED_UNTIL = Date.parse('2026-03-12T15:05:32+08:00')
const NEW_CAMERA = { name: 'Gate', street: 'tianshui', grid: 'tianshui-3', source: { url: 'rtsp://10.0.0.8/live' } }

/** Whoever has the application's key may report; nobody needs to be signed in. */
const REPORT = { api_key: 'app-key', service_code: 'crowding', lat: '30.27', long: '120.15' }

/** A new route needs one line here: METHOD path, who, on whose, the body of a request that is well-formed, the ids. */
export const TABLE: Readonly<Record<string, Row>> = {
  'GET /api/me': to(ALL, ANY),
  'GET /api/health': to(ALL, ANY),
  'GET /api/counts': to(ALL, ANY),
  'GET /api/map': to(ALL, ANY),
  'GET /api/events': to(ALL, ANY),
  'GET /metrics': to(['admin', 'engineer', 'viewer'], DISTRICT),

  'GET /api/cameras': to(WATCHERS, ANY),
  'GET /api/cameras/:id': to(WATCHERS, STREET, undefined, CAMERA),
  'GET /api/cameras/:id/still': to(CAMERA_WATCHERS, STREET, undefined, CAMERA),
  'GET /api/cameras/:id/live': to(CAMERA_WATCHERS, STREET, undefined, CAMERA),
  'POST /api/cameras/:id/renew-view': to(VIEW_KEEPERS, STREET, {}, CAMERA),
  'POST /api/cameras/:id/confirm-view': to(VIEW_KEEPERS, STREET, { pending: 'lapse-1' }, CAMERA),

  // The answer is the camera as it is now, so the new one is called as one that is there.
  'POST /api/cameras': to(DRIVERS, STREET, { id: CAMERA, ...NEW_CAMERA }),
  'PATCH /api/cameras/:id': to(DRIVERS, STREET, { name: 'Gate' }, CAMERA),
  'DELETE /api/cameras/:id': to(DRIVERS, STREET, undefined, CAMERA),
  'POST /api/cameras/test': to(DRIVERS, ANY, { source: { url: 'rtsp://10.0.0.8/live' } }),
  'POST /api/cameras/:id/test': to(DRIVERS, STREET, {}, CAMERA),
  'POST /api/cameras/discover': to(DRIVERS, ANY, {}),
  'POST /api/cameras/profiles': to(DRIVERS, ANY, { address: 'http://10.0.0.8/onvif', login: null }),
  'GET /api/cameras/:id/scene': to(VIEW_KEEPERS, STREET, undefined, CAMERA),
  'POST /api/cameras/:id/try': to(DRIVERS, STREET, TRIED, CAMERA),
  'POST /api/cameras/:id/try-clip': to(DRIVERS, STREET, clip(), CAMERA),
  'GET /api/cameras/:id/clip-trials/:trial': to(DRIVERS, STREET, undefined, CAMERA, CLIP),
  'DELETE /api/cameras/:id/clip-trials/:trial': to(DRIVERS, STREET, undefined, CAMERA, CLIP),
  'POST /api/cameras/:id/count-scale': to(DRIVERS, STREET, { polygon: ZONE.polygon, pictures: COUNTED }, CAMERA),
  'GET /api/cameras/:id/source': to(DRIVERS, STREET, undefined, CAMERA),
  'GET /api/rules': to(WATCHERS, ANY),
  'GET /api/cameras/:id/zone-versions': to(WATCHERS, STREET, undefined, CAMERA),
  'POST /api/cameras/:id/zones': to(DRIVERS, STREET, { id: 'bay', ...ZONE }, CAMERA),
  'PUT /api/cameras/:id/zones/:zone': to(DRIVERS, STREET, { version: 1, ...ZONE }, CAMERA, 'bay'),
  'DELETE /api/cameras/:id/zones/:zone': { ...to(DRIVERS, STREET, undefined, CAMERA, 'bay'), query: 'version=1' },
  'POST /api/cameras/:id/zones/:zone/restore': to(DRIVERS, STREET, { version: 1, base: 2 }, CAMERA, 'bay'),

  'GET /api/incidents': to(ALL, ANY),
  'GET /api/incidents/:id': to(ALL, OWN, undefined, INCIDENT),
  'POST /api/incidents/:id/confirm': to(DECIDERS, OWN, {}, INCIDENT),
  'POST /api/incidents/:id/claim': to(DECIDERS, OWN, {}, INCIDENT),
  'DELETE /api/incidents/:id/claim': to(DECIDERS, OWN, undefined, INCIDENT),
  'GET /api/incidents/:id/outlook': to(ALL, OWN, undefined, INCIDENT),
  'POST /api/incidents/reject-batch': to(DECIDERS, ANY, { ids: [INCIDENT], reason: 'loading' }),
  'POST /api/incidents/undo-batch': to([...DECIDERS, 'supervisor'], ANY, { ids: [INCIDENT] }),
  'POST /api/incidents/:id/reject': to(DECIDERS, OWN, { reason: 'loading' }, INCIDENT),
  'POST /api/incidents/:id/undo': to(['admin', 'operator', 'supervisor'], OWN, {}, INCIDENT),
  'GET /api/evidence/:id': { ...to(LOOKERS, OWN, undefined, 'ev-tianshui'), query: 'expires=1&signature=good' },
  'POST /api/evidence/:id/link': to(LOOKERS, OWN, {}, 'ev-tianshui'),
  'GET /api/evidence/:id/original': to(VERIFIERS, OWN, undefined, 'ev-tianshui'),
  'DELETE /api/evidence/:id': to(['admin'], OWN, { reason: 'wish of a citizen' }, 'ev-tianshui'),
  'POST /api/incidents/:id/hold': to(VERIFIERS, OWN, { reason: 'court' }, INCIDENT),
  'DELETE /api/incidents/:id/hold': to(VERIFIERS, OWN, { reason: 'judged' }, INCIDENT),
  'POST /api/jobs/:id/hold': to(VERIFIERS, OWN, { reason: 'court' }, JOB),
  'DELETE /api/jobs/:id/hold': to(VERIFIERS, OWN, { reason: 'judged' }, JOB),
  'GET /api/holds': to(VERIFIERS, DISTRICT),
  'GET /api/register': to(VERIFIERS, ANY),
  'GET /api/register.csv': to(VERIFIERS, ANY),
  'GET /api/deletions': to(VERIFIERS, DISTRICT),
  'GET /api/feedback/precision': asking('from=2026-01-05&to=2026-01-06', [
    'admin',
    'operator',
    'supervisor',
    'engineer',
  ]),

  'GET /api/jobs': to(ALL, ANY),
  'GET /api/jobs/:id': to(ALL, OWN, undefined, JOB),
  'POST /api/jobs/:id/evidence': to(FIELD, OWN, photo(), JOB),
  'POST /api/jobs/:id/note-photos': to([...DISPATCHERS, 'worker'], OWN, photo('note'), JOB),
  'POST /api/jobs/:id/seen': to(FIELD, OWN, { by: 'list' }, JOB),
  'GET /api/me/work': to(FIELD, ANY),
  'POST /api/jobs/:id/accept': to(FIELD, OWN, {}, JOB),
  'POST /api/jobs/:id/decline': to(FIELD, OWN, { reason: 'far' }, JOB),
  'POST /api/jobs/:id/arrive': to(FIELD, OWN, {}, JOB),
  'POST /api/jobs/:id/handled': to(FIELD, OWN, {}, JOB),
  'POST /api/jobs/:id/close': to(VERIFIERS, OWN, {}, JOB),
  'POST /api/jobs/:id/return': to(VERIFIERS, OWN, { reason: 'still there' }, JOB),
  'POST /api/jobs/:id/defer': to(VERIFIERS, OWN, { reason: 'roadworks', until: 4_102_444_800_000 }, JOB),
  'POST /api/jobs/:id/resume': to(VERIFIERS, OWN, {}, JOB),
  'POST /api/jobs/:id/reassign': to(DISPATCHERS, OWN, { reason: 'ill' }, JOB),
  'POST /api/jobs/:id/hand-over': to([...DISPATCHERS, 'worker'], OWN, { reason: 'shift', workerId: 'li' }, JOB),
  'POST /api/jobs/:id/acknowledge': to(DISPATCHERS, OWN, {}, JOB),
  'POST /api/jobs/:id/urge': to(['admin', 'operator', 'supervisor'], OWN, {}, JOB),
  'POST /api/jobs/:id/supervise': to(VERIFIERS, OWN, { reason: 'the mayor asked', until: 4_102_444_800_000 }, JOB),
  'POST /api/jobs/:id/unsupervise': to(VERIFIERS, OWN, {}, JOB),
  'GET /api/jobs/:id/candidates': to(DISPATCHERS, OWN, undefined, JOB),
  'GET /api/jobs/:id/merge-targets': to(DISPATCHERS, OWN, undefined, JOB),
  'POST /api/jobs/:id/note': to([...DISPATCHERS, 'worker'], OWN, { reason: 'gate locked' }, JOB),
  'POST /api/jobs/:id/cancel': to(['admin', 'operator', 'supervisor'], OWN, { reason: 'a film set' }, JOB),
  'POST /api/jobs/:id/merge': to(DISPATCHERS, OWN, { into: JOB }, JOB),

  'POST /api/reports': to([...ROOM, 'team-leader', 'worker'], REPORTED, { kind: 'crowding', address: '中河路 12 号' }),
  'POST /api/incidents/:id/evidence': to([...ROOM, 'team-leader', 'worker'], OWN, photo(), 'inc-reported'),
  'POST /api/incidents': to(ROOM, STREET, { cameraId: CAMERA, kind: 'crowding', box: PERSON.box }),
  'GET /api/incidents/search': to(ALL, ANY),
  'GET /api/incidents/search.csv': to(ROOM, ANY),
  'GET /api/mutes': to(WATCHERS, ANY),
  'POST /api/mutes': to(ROOM, STREET, { cameraId: CAMERA, untilAt: MUTED_UNTIL, reason: '集市' }),
  'DELETE /api/mutes/:id': to(ROOM, STREET, {}, 'mute-tianshui'),

  'GET /api/board': to(ALL, ANY),
  'GET /api/board/cards': to(ALL, ANY),
  'GET /api/open-items': to(DISPATCHERS, ANY),
  'GET /api/hand-over-recipients': to(DISPATCHERS, ANY),
  'GET /api/hand-over-notes': to(DISPATCHERS, ANY),
  'POST /api/hand-over-notes': to(DISPATCHERS, ANY, { text: 'quiet night' }),
  'GET /api/hand-over-notes/:id': to(DISPATCHERS, STREET, undefined, 'note-tianshui'),
  'POST /api/hand-over-notes/:id/take': to(DISPATCHERS, STREET, {}, 'note-tianshui'),

  'GET /api/grids': to(WATCHERS, ANY),
  'GET /api/grids/:id': to(WATCHERS, STREET, undefined, 'tianshui-3'),
  'GET /reports/monthly': asking('month=2026-03', WATCHERS),
  'GET /api/kpis': asking(DAYS_BY_GRID, WATCHERS),
  'GET /api/kpis/cases': asking(`${DAYS}&kpi=return-rate&line=bottom`, WATCHERS),
  'GET /api/kpis.csv': asking(DAYS_BY_GRID, WATCHERS),
  'GET /api/kpis.xlsx': asking(DAYS_BY_GRID, WATCHERS),
  'GET /api/latency': to(WATCHERS, ANY),
  'GET /api/blind-time': asking(DAYS, WATCHERS),
  'GET /api/exports/jobs.csv': asking(DAYS, VERIFIERS),
  'GET /api/exports/jobs.xlsx': asking(DAYS, VERIFIERS),

  'GET /api/session': open(),
  'POST /api/session': open({ login: 'zhang', password: 'x' }),
  'POST /api/setup': open({ token: 'x', login: 'zhang', name: '张', password: 'x' }),
  'POST /api/invitation': open({ token: 'x', password: 'x' }),
  'DELETE /api/session': to(ALL, ANY, {}),
  'POST /api/me/password': own({ current: 'x', next: 'y' }),
  'GET /api/me/sessions': own(),
  'DELETE /api/me/sessions/:id': own({}, 'ses-1'),
  'GET /api/users': to(ADMIN, DISTRICT),
  'POST /api/users': to(ADMIN, DISTRICT, { login: 'li', name: '李', role: 'viewer', scope: 'district' }),
  'PATCH /api/users/:id': to(ADMIN, DISTRICT, { role: 'viewer' }, 'usr-1'),
  'POST /api/users/:id/disable': to(ADMIN, DISTRICT, {}, 'usr-1'),
  'POST /api/users/:id/enable': to(ADMIN, DISTRICT, {}, 'usr-1'),
  'POST /api/users/:id/reset': to(ADMIN, DISTRICT, {}, 'usr-1'),
  'GET /api/users/:id/sessions': to(ADMIN, DISTRICT, undefined, 'usr-1'),
  'DELETE /api/users/:id/sessions': to(ADMIN, DISTRICT, {}, 'usr-1'),
  'GET /api/users/:id/identities': to(ADMIN, DISTRICT, undefined, 'usr-1'),
  'PUT /api/users/:id/identities': to(ADMIN, DISTRICT, { subject: 'abc' }, 'usr-1'),
  'GET /api/tokens': to(ADMIN, DISTRICT),
  'POST /api/tokens': to(ADMIN, DISTRICT, { name: 'gateway', role: 'viewer', scope: 'district', days: 30 }),
  'POST /api/tokens/:id/revoke': to(ADMIN, DISTRICT, {}, 'tok-1'),
  'GET /api/oidc/start': open(),
  'GET /api/oidc/callback': open(),
  'GET /api/people-events': to(ADMIN, DISTRICT),

  'GET /api/teams': to(DISPATCHERS, ANY),
  'GET /api/workers': to(DISPATCHERS, ANY),
  'POST /api/workers': keeping({ id: 'wu', ...WORKER }),
  'PUT /api/workers/:id': keeping(WORKER, 'li'),
  'DELETE /api/workers/:id': keeping(undefined, 'li'),
  'GET /api/shifts': to(DISPATCHERS, ANY),
  'POST /api/shifts': keeping({ id: 'late', ...SHIFT }),
  'PUT /api/shifts/:id': keeping(SHIFT, 'early'),
  'DELETE /api/shifts/:id': keeping(undefined, 'early'),
  'GET /api/shift-overrides': to(DISPATCHERS, ANY),
  'POST /api/shift-overrides': keeping(LEAVE),
  'PUT /api/shift-overrides/:id': keeping(LEAVE, 'ovr-1'),
  'DELETE /api/shift-overrides/:id': keeping(undefined, 'ovr-1'),
  'POST /api/me/position': own({ lat: 30.25, lon: 120.16, at: 1_700_000_000_000 }),

  'GET /media/:id': { ...open(), ids: ['ev-tianshui?expires=1&signature=good'] },
  'GET /api/push-key': to(ALL, ANY),
  'POST /api/push-subscriptions': own({
    endpoint: 'https://push.example/a',
    keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) },
  }),
  'DELETE /api/push-subscriptions/:id': own({}, 'push-1'),
  'GET /api/deliveries': to(DRIVERS, DISTRICT),
  'GET /api/destinations': to(DRIVERS, DISTRICT),
  'POST /api/deliveries/:id/redrive': to(DRIVERS, DISTRICT, {}, 'dlv-1'),
  'POST /api/deliveries/:id/dismiss': to(DRIVERS, DISTRICT, {}, 'dlv-1'),
  'POST /api/destinations/:id/redrive': to(DRIVERS, DISTRICT, {}, 'webhook-1'),
  ...Object.fromEntries(
    ['json', 'xml'].flatMap(format => [
      [`GET /open311/discovery.${format}`, open()],
      [`GET /open311/v2/services.${format}`, open()],
      [`GET /open311/v2/requests.${format}`, open()],
      [`POST /open311/v2/requests.${format}`, open(REPORT)],
    ]),
  ),
  'GET /open311/v2/services/:file': { ...open(), ids: ['crowding.json'] },
  'GET /open311/v2/requests/:file': { ...open(), ids: ['rep-1.xml'] },
  'GET /open311/v2/tokens/:file': { ...open(), ids: ['rep-1.json'] },

  'GET /api/openapi.json': open(),
  ...files('', 'icon.svg', 'report.css', 'field'),
  ...Object.fromEntries([...PAGE_PATHS, 'field'].map(path => [`GET /${path}/*`, { ...open(), ids: ['anything'] }])),
  ...files(...PAGE_PATHS),
  'GET /assets/:file': { ...open(), ids: ['main-0000.js'] },
}

/** Of each kind of live event: which record of the street tianshui changes, and who hears of it. */
export const HEARD: Readonly<Record<Change['type'], { readonly id: string } & Pick<Row, 'roles' | 'scopes'>>> = {
  incident: { id: INCIDENT, roles: ALL, scopes: OWN },
  job: { id: JOB, roles: ALL, scopes: OWN },
  camera: { id: CAMERA, roles: WATCHERS, scopes: STREET },
  grid: { id: 'tianshui-3', roles: WATCHERS, scopes: STREET },
  mute: { id: 'mute-tianshui', roles: WATCHERS, scopes: STREET },
}
