// What is still open within somebody's scope: taken into the note by which they hand their shift over.
import type { OpenItems } from '../core/hand-over.ts'
import { isOver, JOB_STATES } from '../core/job.ts'
import type { Actor } from '../core/permission.ts'
import { permits, readingScope } from './authorize.ts'
import type { JobCard } from './board-ports.ts'
import { type ApiPorts, whoseCamera } from './routes/route.ts'

/** More than that nobody reads through at the change of a shift; the totals say how many there are. */
const MOST = 50
const OPEN = JOB_STATES.filter(state => !isOver(state))

export async function openItemsOf(
  actor: Actor,
  { reading, board, cameras, mutes }: Pick<ApiPorts, 'reading' | 'board' | 'cameras' | 'mutes'>,
  at: number,
): Promise<OpenItems> {
  const scope = readingScope(actor)
  const counts = await reading.counts(scope)
  const alerts = await reading.listIncidents({ ...scope, review: 'pending', limit: MOST })
  const overdue = await board.cards({ ...scope, states: OPEN, overdue: true, limit: MOST })
  const supervised = await board.cards({ ...scope, states: OPEN, overdue: false, supervised: true, limit: MOST })
  return {
    at,
    pendingAlerts: counts.pendingIncidents,
    alerts: alerts.map(({ id, kind, severity, cameraId, openedAt }) => ({ id, kind, severity, cameraId, openedAt })),
    openJobs: counts.openJobs,
    overdueJobs: counts.overdueJobs,
    jobs: [...overdue, ...supervised].slice(0, MOST).map(itemOf),
    cameras: await troubled(actor, cameras),
    mutes: await standing(actor, mutes),
  }
}

function itemOf(card: JobCard): OpenItems['jobs'][number] {
  const { id, kind, severity, state, placeId, teamId, workerId, overdue, supervision, due } = card
  const dueAt = supervision?.dueAt ?? due?.dueAt ?? null
  return { id, kind, severity, state, placeId, teamId, workerId, overdue, supervised: supervision !== null, dueAt }
}

async function standing(actor: Actor, mutes: ApiPorts['mutes']): Promise<NonNullable<OpenItems['mutes']>> {
  const { streets, teamId } = readingScope(actor)
  // A team has no street: it sees what is muted everywhere.
  const seen = await mutes.list(true, MOST, streets ?? (teamId ? [] : undefined))
  return seen.map(({ id, streetId, cameraId, zoneId, kind, untilAt, reason, setBy }) => ({
    ...{ id, streetId, cameraId, zoneId, kind, untilAt, reason, setBy },
  }))
}

async function troubled(actor: Actor, cameras: ApiPorts['cameras']): Promise<OpenItems['cameras']> {
  const seen = (await cameras.list()).filter(status => permits(actor, 'camera:read', whoseCamera(status)))
  const badly = seen.filter(({ health }) => health?.state !== 'online' || (health.sight?.view ?? 'clear') !== 'clear')
  return badly.slice(0, MOST).map(({ camera, health }) => ({
    id: camera.id,
    name: camera.name,
    state: health?.state ?? 'unknown',
    view: health?.sight?.view ?? null,
    since: health?.state === 'online' ? (health.sight?.since ?? null) : (health?.since ?? null),
  }))
}
