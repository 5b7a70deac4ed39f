// The notes by which a shift is handed over: written once, signed once by somebody else, and never changed.
import { sql } from 'kysely'
import { JiemuError } from '../core/errors.ts'
import type { HandOverNote } from '../core/hand-over.ts'
import { contentId, type StreetId, type TeamId } from '../core/ids.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'

/** Limits what is read to notes about some streets, or about a team; nothing set is all of them. */
interface Wanted {
  readonly streets?: readonly StreetId[]
  readonly teamId?: TeamId
  readonly limit: number
  readonly before?: { readonly at: EpochMs; readonly id: string }
}

type NewNote = Pick<HandOverNote, 'writtenBy' | 'meantFor' | 'meantForTeam' | 'text' | 'items' | 'streets' | 'teamId'>

/** Fulfils `HandOverNotes` of api/hand-over-ports.ts, where each method is described. */
export class HandOverNotes {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  async add(note: NewNote, key: string): Promise<HandOverNote> {
    const id = `note-${contentId(note.writtenBy, key)}`
    const items = JSON.stringify(note.items)
    const streets = note.streets && JSON.stringify(note.streets)
    const nobody = { takenBy: null, takenAt: null, takenNote: null }
    await this.#db
      .insertInto('handOverNotes')
      .values({ ...note, id, key, items, streets, ...nobody, writtenAt: this.#clock.now() })
      .onConflict(conflict => conflict.doNothing())
      .execute()
    return this.#one(id)
  }

  find(id: string): Promise<HandOverNote | undefined> {
    return this.#notes().where('note.id', '=', id).executeTakeFirst()
  }

  list({ streets, teamId, limit, before }: Wanted): Promise<readonly HandOverNote[]> {
    let query = this.#notes()
    if (streets) query = query.where(sql<boolean>`note.streets <@ ${JSON.stringify(streets)}::jsonb`)
    if (teamId) query = query.where('note.teamId', '=', teamId)
    if (before) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('note.writtenAt', 'note.id'), '<', tuple(before.at, before.id)),
      )
    }
    return query.orderBy('note.writtenAt', 'desc').orderBy('note.id', 'desc').limit(limit).execute()
  }

  async take(id: string, by: string, note: string | null): Promise<HandOverNote> {
    const found = await this.#one(id)
    if (found.writtenBy === by) throw new JiemuError('hand-over-own', { id, actor: by })
    await this.#db
      .updateTable('handOverNotes')
      .set({ takenBy: by, takenAt: this.#clock.now(), takenNote: note })
      .where('id', '=', id)
      .where('takenBy', 'is', null)
      .execute()
    const taken = await this.#one(id)
    if (taken.takenBy !== by) throw new JiemuError('hand-over-taken', { id, by: taken.takenBy ?? '' })
    return taken
  }

  async #one(id: string): Promise<HandOverNote> {
    const found = await this.find(id)
    if (!found) throw new JiemuError('not-found', { what: 'hand-over note', id })
    return found
  }

  #notes() {
    return this.#db
      .selectFrom('handOverNotes as note')
      .leftJoin('users as writer', 'writer.login', 'note.writtenBy')
      .leftJoin('users as meant', 'meant.login', 'note.meantFor')
      .leftJoin('users as taker', 'taker.login', 'note.takenBy')
      .select([
        'note.id',
        'note.writtenBy',
        'writer.name as writtenByName',
        'note.writtenAt',
        'note.meantFor',
        'meant.name as meantForName',
        'note.meantForTeam',
        'note.text',
        'note.items',
        'note.streets',
        'note.teamId',
        'note.takenBy',
        'taker.name as takenByName',
        'note.takenAt',
        'note.takenNote',
      ])
  }
}
