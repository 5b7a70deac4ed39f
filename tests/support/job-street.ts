// A street at work: two teams with their people and rota, and jobs in every state, written before a server opens the store.
import sharp from 'sharp'
import type { CameraId, JobId, PlaceId, WorkerId, ZoneId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import type { Observation, Severity } from '../../core/observation.ts'
import type { Actor } from '../../core/permission.ts'
import { ManualClock } from '../../core/time.ts'
import { createDispatch, type Dispatch } from '../../dispatch/desk.ts'
import type { OutboxTopic } from '../../dispatch/store-port.ts'
import { OPERATOR, observation, SUPERVISOR } from '../../dispatch/testing/examples.ts'
import { HEIGHT_PX, renderStreet, WIDTH_PX } from '../../fixtures/street.ts'
import type { Store } from '../../store/open.ts'
import { openTestStore } from './embedded.ts'

export const PASSWORD = 'quiet harbour lamp'
const LEADER: Actor = { name: 'zhao', role: 'team-leader', scope: 'district' }
const MINUTE = 60_000

const STREET = `
cameras:
  - id: gate
    name: 建国北路口 <script>alert(1)</script>
    street: tianshui
    grid: tianshui-1
    position: [30.2635, 120.1689]
    source: { kind: rtsp, url: "rtsp://127.0.0.1:9/gate" }
    zones:
      - { id: kerb, name: 路口禁停区, rule: illegal-parking, polygon: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]] }
  - id: market
    name: 五芳斋门口
    street: tianshui
    grid: tianshui-2
    position: [30.2651, 120.1702]
    source: { kind: rtsp, url: "rtsp://127.0.0.1:9/market" }
    zones:
      - { id: bins, name: 3 号点垃圾桶, rule: overflowing-bin, polygon: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]] }
      - { id: front, name: 店门前, rule: crowding, polygon: [[0, 0], [1, 0], [1, 0.5], [0, 0.5]] }
teams:
  - { id: chengguan, name: 天水城管, skills: [illegal-parking, crowding], grids: [tianshui-1, tianshui-2] }
  - { id: huanwei, name: 天水环卫, skills: [overflowing-bin, dirty-road], grids: [tianshui-1, tianshui-2] }
workers:
  - { id: li, name: 李建国, team: chengguan, loadCap: 3 }
  - { id: wang, name: 王芳, team: chengguan, loadCap: 3 }
  - { id: zhao, name: 赵强, team: chengguan, leader: true, loadCap: 4 }
  - { id: owl, name: 钱进, team: chengguan }
  - { id: sun, name: 孙丽, team: huanwei, loadCap: 4 }
  - { id: zhou, name: 周平, team: huanwei, loadCap: 4 }
policies:
  - { kind: illegal-parking, mode: auto, autoScore: 0, joinWindow: 0s }
  - { kind: crowding, mode: auto, autoScore: 0, joinWindow: 0s }
  - { kind: overflowing-bin, mode: auto, autoScore: 0, joinWindow: 0s }
`

type Spot = readonly [kind: Observation['kind'], camera: string, zone: string, severity: Severity]
const KERB: Spot = ['illegal-parking', 'gate', 'kerb', 'yellow']
const BINS: Spot = ['overflowing-bin', 'market', 'bins', 'blue']
const FRONT: Spot = ['crowding', 'market', 'front', 'orange']

/** In the order in which they happen: minutes before now, what is seen where, and what is done with its job. */
const STORY: readonly (readonly [minutes: number, spot: Spot, ...steps: string[]])[] = [
  [200, BINS, 'accept', 'handled', 'close'],
  [180, KERB, 'accept', 'arrive', 'handled', 'close'],
  [95, KERB, 'accept', 'arrive', 'handled', 'return'],
  [70, BINS, 'accept', 'arrive'],
  [60, KERB, 'accept'],
  [45, BINS, 'accept', 'handled'],
  [30, BINS, 'defer'],
  [20, FRONT, 'accept', 'supervise'],
  [12, KERB],
  [3, BINS],
  [1, KERB],
]

/** Those of the story that have pictures: drawing one takes a second. */
const PICTURED = [1, 7]

export interface JobStreet {
  readonly directory: string
  /** By their place in the story. */
  readonly jobs: readonly JobId[]
}

/** @param users whether people sign in; else whoever sits at the machine is the administrator */
export async function buildJobStreet({ users = true } = {}): Promise<JobStreet> {
  const now = Date.now()
  const clock = new ManualClock(now - 201 * MINUTE)
  const opened = await openTestStore({ clock })
  const store = opened.store as Store<OutboxTopic>
  await store.configuration.importCameras(STREET, 'test')
  const keeper = { name: 'test', ofTeam: null }
  const leave = { workerId: 'owl' as WorkerId, teamId: null, working: false, why: 'leave', note: '探亲' } as const
  const span = { fromAt: now - 86_400_000, toAt: now + 2 * 86_400_000 }
  await store.rota.add({ what: 'shift-override', record: { id: 'ovr-owl', ...leave, ...span } }, keeper)
  const desk = createDispatch({
    store: store.dispatch,
    deliveries: store.deliveries,
    notifiers: [],
    clock,
    log: silentLog,
  })
  const jobs: JobId[] = []
  for (const [index, [minutes, [kind, cameraId, zoneId, severity], ...steps]] of STORY.entries()) {
    await settle(desk, clock, now - minutes * MINUTE)
    const at = clock.now()
    const seen = observation({
      ...{ kind, severity, at, subject: `s-${index}` },
      ...{ cameraId: cameraId as CameraId, zoneId: zoneId as ZoneId, placeId: `${cameraId}/${zoneId}` as PlaceId },
    })
    await desk.takeIn(seen)
    await desk.drain(at)
    const [job] = await store.reading.listJobs({ limit: 1 })
    if (!job) throw new Error('no job came of it')
    jobs.push(job.id)
    if (PICTURED.includes(index)) await picture(store, seen, 'fired', index)
    for (const [turn, step] of steps.entries()) {
      await settle(desk, clock, at + (turn + 1) * 30_000)
      await take(desk, job.id, step, clock.now())
    }
    if (PICTURED.includes(index) && steps.includes('close')) await picture(store, seen, 'verified', index)
  }
  await settle(desk, clock, now)
  if (users) await addPeople(store)
  await store.close()
  return { directory: opened.directory, jobs }
}

async function settle(desk: Dispatch, clock: ManualClock, until: number): Promise<void> {
  while (clock.now() < until) {
    clock.advanceTo(Math.min(until, clock.now() + 10 * MINUTE))
    await desk.drain(clock.now())
  }
}

async function take(desk: Dispatch, id: JobId, step: string, at: number): Promise<void> {
  const field = ['accept', 'arrive', 'handled'].includes(step)
  const actor = field ? LEADER : step === 'note' ? OPERATOR : SUPERVISOR
  const until = step === 'defer' ? at + 26 * 60 * MINUTE : at + 90 * MINUTE
  const reason = step === 'supervise' ? '早高峰群众反映强烈' : step === 'defer' ? '道路施工，周五恢复' : '现场仍有一辆'
  const name = step as Parameters<Dispatch['ask']>[0]
  await desk.ask(name, id, { actor, key: `${step}-${id}`, ...(!field && { reason }), until })
}

async function picture(store: Store, seen: Observation, moment: 'fired' | 'verified', index: number): Promise<void> {
  const raw = { width: WIDTH_PX, height: HEIGHT_PX, channels: 3 } as const
  const street = sharp(await renderStreet(), { raw }).modulate({ hue: index * 3 })
  const jpeg = await (moment === 'fired' ? street : street.modulate({ brightness: 1.15 })).jpeg().toBuffer()
  const { fingerprint, zoneId, at, cameraId } = seen
  const request = { fingerprint, zoneId, moment, at: moment === 'fired' ? at : at + 120_000, boxes: [], caption: '' }
  await store.evidence.keepPictures(cameraId, request, [{ view: 'wide', annotated: true, jpeg }])
}

async function addPeople(store: Store): Promise<void> {
  const all = [
    ['chen', '陈监督', 'supervisor'],
    ['lin', '林坐席', 'operator'],
    ['admin', '管理员', 'admin'],
  ] as const
  for (const [login, name, role] of all) {
    const user = { login, name, role, scope: 'district', workerId: null } as const
    const { invitation } = await store.people.users.add(user, 'test')
    await store.people.choosePassword(invitation.token, PASSWORD, { address: '127.0.0.1', agent: 'test' })
  }
}
