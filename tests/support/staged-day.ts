// A day at a command centre, for looking at its pages: cameras, teams and workers, alerts that wait, and jobs in every state.
//
// Incidents and their pictures are put into the store before the program starts; all that people do is done over its API.
import { execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { CameraId, Fingerprint, GridId, IncidentId, PlaceId, StreetId, ZoneId } from '../../core/ids.ts'
import type { Incident } from '../../core/incident.ts'
import { silentLog } from '../../core/log.ts'
import type { Measure, RuleKind, Severity } from '../../core/observation.ts'
import { systemClock } from '../../core/time.ts'
import { openStore } from '../../store/open.ts'
import { takeSnapshots } from '../../streams/snapshot.ts'
import { readStill } from '../../streams/still.ts'
import { preparedDirectory } from './embedded.ts'
import { FOOTAGE, type Running } from './jiemu.ts'
import { incidentRecord } from './records.ts'
import { sceneIn } from './scene.ts'

/** Whoever knows one of these words is let in; each is a token of the configuration. */
export const STAGE_TOKENS = {
  admin: { name: '管理台', role: 'admin', scope: 'district' },
  operator: { name: '坐席张敏', role: 'operator', scope: 'district' },
  colleague: { name: '坐席李娜', role: 'operator', scope: 'district' },
  supervisor: { name: '监督周平', role: 'supervisor', scope: 'district' },
  worker: { name: '网格员吴强', role: 'worker', scope: { team: 'wangge-3' }, worker: 'wu' },
} as const
export type StagePerson = keyof typeof STAGE_TOKENS
export const stageToken = (person: StagePerson): string => `staged-${person}-token-0123456789`

const CALENDAR = { from: '00:00', to: '24:00' }
const GRIDS = ['tianshui-1', 'tianshui-2', 'changqing-1'] as const
const SPOTS = [
  { id: 'wufangzhai', name: '五芳斋门口', grid: 0, at: [30.2612, 120.1681] },
  { id: 'jianguo', name: '建国北路口', grid: 0, at: [30.2658, 120.1723] },
  { id: 'zhonghe', name: '中河路 3 号点', grid: 1, at: [30.2551, 120.1702] },
  { id: 'market', name: '龙翔桥农贸市场东门', grid: 1, at: [30.2569, 120.1629] },
  { id: 'school', name: '长庆小学门前', grid: 2, at: [30.2701, 120.1776] },
  { id: 'script', name: '<script>alert(1)</script> "&', grid: 2, at: [30.2724, 120.1741] },
] as const
const ZONES = {
  'illegal-parking': {
    id: 'kerb',
    name: '路口禁停区',
    polygon: [
      [0.15, 0.655],
      [0.56, 0.655],
      [0.56, 0.735],
      [0.15, 0.735],
    ],
  },
  crowding: {
    id: 'front',
    name: '商铺门前',
    polygon: [
      [0.63, 0.475],
      [0.98, 0.475],
      [0.98, 0.63],
      [0.63, 0.63],
    ],
  },
  'overflowing-bin': {
    id: 'bin',
    name: '街角垃圾桶',
    polygon: [
      [0.05, 0.46],
      [0.14, 0.46],
      [0.14, 0.62],
      [0.05, 0.62],
    ],
  },
  'dirty-road': {
    id: 'gutter',
    name: '近侧路沿',
    polygon: [
      [0.45, 0.9],
      [0.85, 0.9],
      [0.85, 1],
      [0.45, 1],
    ],
  },
} as const
type StagedKind = keyof typeof ZONES

const grid = (index: number): (typeof GRIDS)[number] => GRIDS[index] ?? GRIDS[0]
const streetOf = (index: number): string => grid(index).split('-')[0] ?? ''

function camerasFile(folder: string): string {
  const clip = join(FOOTAGE, 'clips/kerb-parking.mp4')
  const cameras = SPOTS.map((spot, index) => ({
    id: spot.id,
    name: spot.name,
    street: streetOf(spot.grid),
    grid: grid(spot.grid),
    position: spot.at,
    generated: index === 0 || !existsSync(clip),
    // Two that show something, and four whose streets cannot be reached.
    source:
      index === 0
        ? { kind: 'file', path: 'demo.mp4', loop: true, pace: 'realtime', startAt: 'now' }
        : index === 1
          ? {
              kind: 'file',
              path: existsSync(clip) ? 'clip.mp4' : 'demo.mp4',
              loop: true,
              pace: 'realtime',
              startAt: 'now',
            }
          : { kind: 'rtsp', url: `rtsp://viewer:secret-${index}@127.0.0.1:9/${spot.id}` },
    zones: Object.entries(ZONES).map(([rule, zone]) => ({
      ...zone,
      rule,
      options: rule === 'crowding' ? { threshold: 15 } : {},
    })),
  }))
  if (existsSync(clip)) copyFileSync(clip, join(folder, 'clip.mp4'))
  const team = (id: string, name: string, skills: readonly string[]) => ({
    id,
    name,
    skills,
    grids: [...GRIDS],
    loadCap: 60,
  })
  const yaml = stringify({
    cameras,
    teams: [
      team('chengguan-1', '城管一队', ['illegal-parking', 'crowding']),
      team('wangge-3', '天水三网格', ['crowding', 'overflowing-bin', 'dirty-road']),
      team('huanwei-1', '环卫一组', ['overflowing-bin', 'dirty-road']),
      { ...team('zhiban', '街道值班长', Object.keys(ZONES)), onDuty: true },
    ],
    workers: [
      { id: 'wu', name: '吴强', team: 'wangge-3', leader: true },
      { id: 'he', name: '何芳', team: 'wangge-3' },
      { id: 'zhao', name: '赵敏', team: 'chengguan-1', leader: true },
      { id: 'li', name: '李强', team: 'chengguan-1', loadCap: 4 },
      { id: 'sun', name: '孙丽', team: 'huanwei-1' },
    ],
    shifts: ['wangge-3', 'chengguan-1', 'huanwei-1'].map(id => ({ id: `${id}-all`, team: id, ...CALENDAR })),
    policies: [
      ...Object.keys(ZONES).map(kind => ({ kind, mode: 'confirm', confirmWithin: '2h', joinWindow: '1m' })),
      { kind: 'camera-health', mode: 'confirm', confirmWithin: '2h' },
    ],
  })
  const file = join(folder, 'stage.yaml')
  writeFileSync(file, yaml)
  return file
}

const MEASURES: Readonly<Record<StagedKind, Measure>> = {
  'illegal-parking': { name: 'dwell', value: 492_000, limit: 420_000, unit: 'ms' },
  crowding: { name: 'people', value: 23, limit: 15, unit: 'people' },
  'overflowing-bin': { name: 'samples', value: 5, limit: 4, unit: 'samples' },
  'dirty-road': { name: 'pieces', value: 6, limit: 3, unit: 'pieces' },
}
const BOXES: Readonly<Record<StagedKind, Incident['boxes']>> = {
  'illegal-parking': [{ x1: 0.22, y1: 0.56, x2: 0.36, y2: 0.72 }],
  crowding: [
    { x1: 0.68, y1: 0.44, x2: 0.72, y2: 0.6 },
    { x1: 0.76, y1: 0.45, x2: 0.8, y2: 0.61 },
  ],
  'overflowing-bin': [{ x1: 0.06, y1: 0.48, x2: 0.13, y2: 0.61 }],
  'dirty-road': [{ x1: 0.52, y1: 0.92, x2: 0.56, y2: 0.96 }],
}
const SEVERITIES: readonly Severity[] = ['blue', 'yellow', 'orange', 'red']

function staged(index: number, now: number): Incident {
  const kinds = Object.keys(ZONES) as StagedKind[]
  const kind = kinds[index % kinds.length] ?? 'crowding'
  const spot = SPOTS[Math.floor(index / 2) % SPOTS.length] ?? SPOTS[0]
  // Two a minute at first, thinner the further back.
  const openedAt = now - Math.round(20_000 + index * 30_000 + index ** 2 * 400)
  const measure = MEASURES[kind]
  const zone = ZONES[kind].id as ZoneId
  return incidentRecord({
    id: `staged-${String(index).padStart(4, '0')}` as IncidentId,
    fingerprint: `${kind}|${spot.id}/${zone}|staged-${index}` as Fingerprint,
    kind: kind as RuleKind,
    cameraId: spot.id as CameraId,
    zoneId: zone,
    placeId: `${spot.id}/${zone}` as PlaceId,
    streetId: streetOf(spot.grid) as StreetId,
    gridId: grid(spot.grid) as GridId,
    subject: kind === 'illegal-parking' ? `stay-${index}` : '',
    severity: SEVERITIES[(index * 7) % SEVERITIES.length] ?? 'yellow',
    score: 0.62 + ((index * 13) % 36) / 100,
    measure,
    boxes: BOXES[kind],
    reason: {
      model: { name: 'street-objects', sha256: createHash('sha256').update('street-objects').digest('hex') },
      thresholds: { score: 0.35, limit: measure.limit },
      history: Array.from({ length: 24 }, (_, step) => ({
        at: openedAt - (24 - step) * 2_000,
        value: measure.value * (0.45 + (0.55 * step) / 23) * (1 - ((step * 7) % 5) / 60),
      })),
    },
    since: openedAt - 60_000,
    dueAt: openedAt,
    openedAt,
    lastSeenAt: openedAt + 10_000,
    sequence: openedAt,
  })
}

export interface Stage {
  readonly dataDir: string
  /** For `startJiemu`. */
  readonly args: readonly string[]
  /** Newest first; all wait to be confirmed. */
  readonly incidentIds: readonly string[]
}

/** @param alerts how many incidents wait; the newest twenty-four of them have pictures */
export async function stageDay(alerts: number): Promise<Stage> {
  const dataDir = await preparedDirectory()
  const folder = join(dataDir, 'footage')
  mkdirSync(folder)
  const { videoPath } = await sceneIn(folder)
  const cameras = camerasFile(folder)
  const config = join(folder, 'stage-config.yaml')
  const tokens = Object.entries(STAGE_TOKENS).map(([person, token]) => ({
    ...token,
    sha256: createHash('sha256')
      .update(stageToken(person as StagePerson))
      .digest('hex'),
  }))
  writeFileSync(config, stringify({ auth: { tokens } }))
  const store = await openStore({ clock: systemClock, log: silentLog, dataDirectory: dataDir })
  try {
    const incidents = Array.from({ length: alerts }, (_, index) => staged(index, Date.now()))
    for (let from = 0; from < incidents.length; from += 50) {
      await store.dispatch.transact(async tx => {
        for (const incident of incidents.slice(from, from + 50)) {
          await tx.insertIncident(incident)
          const { id: incidentId, openedAt: at, cameraId } = incident
          await tx.addIncidentEvent({ incidentId, at, event: 'opened', actor: `camera:${cameraId}`, note: null })
        }
      })
    }
    for (const incident of incidents.slice(0, 24)) {
      const still = join(folder, 'still.jpg')
      const seconds = String(4 + (Number(incident.id.slice(-2)) % 30))
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-ss', seconds, '-i', videoPath, '-frames:v', '1', still])
      const picture = await readStill(still)
      const zone = ZONES[incident.kind as StagedKind]
      const snapshots = await takeSnapshots(picture, {
        cameraName: incident.cameraId,
        capturedAt: incident.openedAt,
        caption: zone.name,
        zone: zone.polygon.map(([x, y]) => ({ x, y })),
        boxes: incident.boxes,
        generated: true,
      })
      picture.release()
      for (const [moment, beforeMs] of [
        ['first', 6_000],
        ['half', 3_000],
        ['fired', 0],
      ] as const) {
        await store.evidence.keepPictures(
          incident.cameraId,
          {
            fingerprint: incident.fingerprint,
            incidentId: incident.id,
            moment,
            at: incident.openedAt - beforeMs,
            zoneId: incident.zoneId,
            boxes: incident.boxes,
            caption: zone.name,
          },
          snapshots,
        )
      }
    }
    return {
      dataDir,
      args: ['--config', config, '--cameras', cameras],
      incidentIds: incidents.map(({ id }) => id),
    }
  } finally {
    await store.close()
  }
}

const as = (person: StagePerson, key?: string): Record<string, string> => ({
  authorization: `Bearer ${stageToken(person)}`,
  ...(key && { 'idempotency-key': key }),
})

/** People confirm, reject, accept, arrive and handle, so that there is work in every state. */
export async function playDay(running: Running, { incidentIds }: Stage): Promise<void> {
  const post = async (person: StagePerson, path: string, body: object = {}) => {
    const { status, body: answer } = await running.post<never>(path, body, as(person, randomUUID()))
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`)
  }
  const decided = incidentIds.slice(Math.max(0, incidentIds.length - 14))
  for (const [index, id] of decided.entries()) {
    if (index % 5 === 4)
      await post('operator', `/api/incidents/${id}/reject`, { reason: 'permitted', note: '装修备案' })
    else await post('operator', `/api/incidents/${id}/confirm`)
  }
  const list = await fetch(`${running.address}/api/jobs?limit=50`, { headers: as('admin') })
  const { items } = (await list.json()) as { items: readonly { id: string }[] }
  for (const [index, { id }] of items.entries()) {
    const steps = ['accept', 'arrive', 'handled'].slice(0, index % 4)
    for (const step of steps) await post('admin', `/api/jobs/${id}/${step}`)
    if (index % 4 === 1) await post('operator', `/api/jobs/${id}/note`, { reason: '居民来电，请先处理东侧' })
    if (index % 4 === 0) await post('supervisor', `/api/jobs/${id}/urge`, {})
  }
}
