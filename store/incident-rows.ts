// Incidents as dispatch writes them: the record, what happened to it and its pictures by one statement.
import { type QueryCreator, type SelectQueryBuilder, sql, type Transaction } from 'kysely'
import { JiemuError } from '../core/errors.ts'
import type { CameraId, Fingerprint, GridId, IncidentId, StreetId, ZoneId } from '../core/ids.ts'
import type { Incident, IncidentEvent } from '../core/incident.ts'
import type { MuteId } from '../core/mute.ts'
import type { RuleKind } from '../core/observation.ts'
import { type DispatchPolicy, defaultPolicy } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import { incidentRow } from './records.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>

/** What an observation names. */
export interface Seen {
  readonly fingerprint: Fingerprint
  readonly kind: RuleKind
  readonly cameraId: CameraId
  readonly zoneId: ZoneId
  /** When it was seen. */
  readonly at: EpochMs
}

/** What is known before an observation is taken in. */
export interface Known {
  readonly latest: Incident | undefined
  readonly policy: DispatchPolicy
  readonly scope: { readonly streetId: StreetId; readonly gridId: GridId } | undefined
  /** The mute that holds it back. */
  readonly mute: MuteId | undefined
}

/** One statement, since three observations of each incident come this way; the incident's row is locked. */
export async function knownBefore(trx: Trx, { fingerprint, kind, cameraId, zoneId, at }: Seen): Promise<Known> {
  const row = await trx
    .selectFrom(trx.selectNoFrom(sql<number>`1`.as('one')).as('always'))
    .leftJoinLateral(
      eb =>
        eb
          .selectFrom('incidents')
          .selectAll()
          .where('fingerprint', '=', fingerprint)
          // 'active' sorts before 'cleared'.
          .orderBy('physical')
          .orderBy('clearedAt', 'desc')
          .orderBy('openedAt', 'desc')
          .limit(1)
          .forNoKeyUpdate()
          .as('latest'),
      join => join.onTrue(),
    )
    .leftJoinLateral(
      eb => policyRow(eb.selectFrom('policies'), kind, cameraId, zoneId).as('own'),
      join => join.onTrue(),
    )
    .leftJoin('cameras', join => join.on('cameras.id', '=', cameraId))
    .leftJoinLateral(
      eb =>
        eb
          .selectFrom('mutes')
          .select('mutes.id as muteId')
          .where('endedAt', 'is', null)
          .where('fromAt', '<=', at)
          .where('untilAt', '>', at)
          .where(({ eb: is, or, and }) =>
            or([
              is('mutes.kind', '=', kind),
              kind === 'camera-health'
                ? and([is('mutes.kind', 'is', null), is('mutes.faults', '=', true)])
                : is('mutes.kind', 'is', null),
            ]),
          )
          .where(({ eb: is, or }) => or([is('mutes.cameraId', 'is', null), is('mutes.cameraId', '=', cameraId)]))
          .where(({ eb: is, or }) => or([is('mutes.zoneId', 'is', null), is('mutes.zoneId', '=', zoneId)]))
          .where(({ eb: is, ref, or }) =>
            or([
              is('mutes.streetId', 'is', null),
              // A camera that is moved to another street is the same camera.
              is('mutes.cameraId', 'is not', null),
              is('mutes.streetId', '=', ref('cameras.streetId')),
            ]),
          )
          .orderBy('untilAt', 'desc')
          .limit(1)
          .as('muted'),
      join => join.onTrue(),
    )
    .selectAll('latest')
    .select(['own.policy', 'cameras.streetId as ofStreet', 'cameras.gridId as ofGrid', 'muted.muteId'])
    .executeTakeFirstOrThrow()
  const { policy, ofStreet, ofGrid, muteId, ...latest } = row
  return {
    latest: latest.id === null ? undefined : (latest as Incident),
    policy: { ...defaultPolicy(kind), ...policy },
    scope: ofStreet === null || ofGrid === null ? undefined : { streetId: ofStreet, gridId: ofGrid },
    mute: muteId ?? undefined,
  }
}

/** A policy that was stored by an earlier version lacks what has been added since. */
export async function policyFor(trx: Trx, kind: RuleKind, cameraId: CameraId, zoneId: ZoneId): Promise<DispatchPolicy> {
  const row = await policyRow(trx.selectFrom('policies'), kind, cameraId, zoneId).executeTakeFirst()
  return { ...defaultPolicy(kind), ...row?.policy }
}

type Policies = SelectQueryBuilder<Tables, 'policies', object>

function policyRow(policies: Policies, kind: RuleKind, cameraId: CameraId, zoneId: ZoneId) {
  return (
    policies
      .select('policy')
      .where('kind', '=', kind)
      .where('zone', 'in', [`${cameraId}/${zoneId}`, ''])
      // The empty zone, the kind's own policy, sorts last.
      .orderBy('zone', 'desc')
      .limit(1)
  )
}

/** @returns false where the unique index already holds an open incident of this fingerprint: nothing is written then */
export async function insertIncident(trx: Trx, incident: Incident, events: readonly IncidentEvent[]): Promise<boolean> {
  const written = trx.with('written', db =>
    db
      .insertInto('incidents')
      .values(incidentRow(incident))
      .onConflict(conflict => conflict.doNothing())
      .returning('id'),
  )
  return (await alongWith(written, incident, events, true)) === 1
}

/**
 * Writes `incident` with version + 1.
 * @param adopts whether pictures of its fingerprint that wait are its own: not where a person decides on one that is over
 * while the next opens
 * @throws JiemuError version-stale where the stored version is another
 */
export async function updateIncident(
  trx: Trx,
  incident: Incident,
  events: readonly IncidentEvent[],
  adopts: boolean,
): Promise<void> {
  const written = trx.with('written', db =>
    db
      .updateTable('incidents')
      .set({ ...incidentRow(incident), version: incident.version + 1 })
      .where('id', '=', incident.id)
      .where('version', '=', incident.version)
      .returning('id'),
  )
  const count = await alongWith(written, incident, events, adopts)
  if (count !== 1) throw new JiemuError('version-stale', { what: 'incident', id: incident.id })
}

type Written = QueryCreator<Tables & { written: { id: IncidentId } }>

/** Logs the events of the record that is written in the same statement, and where it `adopts` gives it the pictures that wait. */
async function alongWith(
  written: Written,
  { fingerprint }: Incident,
  events: readonly IncidentEvent[],
  adopts: boolean,
): Promise<number> {
  const columns = [
    events.map(({ at }) => at),
    events.map(({ event }) => event),
    events.map(({ actor }) => actor),
    events.map(({ note }) => note),
  ] as const
  const { count } = await written
    .with('logged', db =>
      db
        .insertInto('incidentEvents')
        .columns(['incidentId', 'at', 'event', 'actor', 'note'])
        .expression(
          sql`select written.id, event.* from written,
          unnest(${columns[0]}::bigint[], ${columns[1]}::text[], ${columns[2]}::text[], ${columns[3]}::text[]) as event`,
        ),
    )
    .with('adopted', db =>
      db
        .updateTable('evidence')
        .from('written')
        .set(eb => ({ incidentId: eb.ref('written.id') }))
        .where('fingerprint', '=', fingerprint)
        .where('incidentId', 'is', null)
        .where('jobId', 'is', null)
        .where(sql<boolean>`${sql.lit(adopts)}`),
    )
    .selectFrom('written')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
