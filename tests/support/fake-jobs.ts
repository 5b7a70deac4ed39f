// The board and the hand-over notes in memory for the API's own tests: a card of each street, and one note about tianshui.
import type { Board } from '../../api/board-ports.ts'
import type { HandOverNotes } from '../../api/hand-over-ports.ts'
import type { HandOverNote } from '../../core/hand-over.ts'
import type { CameraId, JobId, StreetId, TeamId } from '../../core/ids.ts'
import { jobRecord } from './records.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')

export const sampleNote: HandOverNote = {
  ...{ id: 'note-tianshui', writtenBy: 'chen', writtenByName: '陈', writtenAt: AT, meantFor: null, text: '夜里平静' },
  ...{ meantForName: null, meantForTeam: null },
  items: { at: AT, pendingAlerts: 0, alerts: [], openJobs: 0, overdueJobs: 0, jobs: [], cameras: [] },
  ...{ streets: ['tianshui' as StreetId], teamId: null },
  ...{ takenBy: null, takenByName: null, takenAt: null, takenNote: null },
}

export function fakeBoard(filters: object[]): Board {
  return {
    cards: async filter => {
      filters.push(filter)
      return ['tianshui', 'changqing'].map(street => {
        const job = jobRecord({ id: `job-${street}` as JobId, teamId: `team-${street}` as TeamId })
        const due = { deadline: 'handle' as const, dueAt: AT, missedAt: null }
        return { ...job, cameraId: `cam-${street}` as CameraId, due, overdue: false, urgency: AT }
      })
    },
    mergeTargets: async (_id, filter) => {
      filters.push(filter)
      const { kind, placeId, severity, state, createdAt, lat, lon } = jobRecord({})
      const cameraId = 'cam-tianshui' as CameraId
      return [
        {
          ...{ id: 'job-other' as JobId, kind, placeId, severity, state, createdAt, lat, lon, cameraId },
          ...{ teamId: null, workerId: null, because: 'same-camera', distanceM: 0, pictureId: null },
        },
      ]
    },
    tally: async filter => {
      filters.push(filter)
      return { states: [{ state: 'queued', jobs: 2 }], overdue: 0, supervised: 1 }
    },
  }
}

type Command = (name: string) => (...given: unknown[]) => Promise<void>

/** @param command notes what was asked, by name */
export function fakeHandOvers(command: Command, filters: object[]): HandOverNotes {
  const [add, take] = [command('addHandOver'), command('takeHandOver')]
  return {
    list: async filter => {
      filters.push(filter)
      return [sampleNote]
    },
    find: async id => (id === sampleNote.id ? sampleNote : undefined),
    add: async (note, key) => {
      await add(note, key)
      return { ...sampleNote, ...note }
    },
    take: async (id, by, note) => {
      await take(id, by, note)
      return { ...sampleNote, takenBy: by, takenAt: AT, takenNote: note }
    },
  }
}
