// The rota in memory for the API's own tests: one worker, one shift and one exception, of the street tianshui's team.

import type { Positions, Rota } from '../../api/rota-ports.ts'
import { JiemuError } from '../../core/errors.ts'
import type { TeamId, WorkerId } from '../../core/ids.ts'
import { type Team, teamSchema } from '../../core/team.ts'
import type { Shift, ShiftOverride, Worker } from '../../core/worker.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')
const LI = 'li' as WorkerId

export const sampleWorker: Worker = {
  id: LI,
  name: '李',
  teamId: 'team-tianshui' as TeamId,
  leader: false,
  skills: null,
  grids: null,
  loadCap: 3,
  active: true,
}
const sampleTeam: Team = teamSchema.parse({
  ...{ id: 'team-tianshui', name: '天水城管', skills: ['illegal-parking'], grids: ['tianshui-3'] },
})
const shift: Shift = {
  id: 'early',
  teamId: 'team-tianshui' as TeamId,
  workerId: null,
  calendar: { timeZone: 'Asia/Shanghai', days: ['mon'], from: '06:00', to: '14:00', holidays: [] },
}
const override: ShiftOverride = {
  ...{ id: 'ovr-1', teamId: null, workerId: LI, working: false, fromAt: AT, toAt: AT + 3_600_000 },
  ...{ why: 'sick', note: null, createdAt: AT, createdBy: 'lin' },
}

type Command = (name: string) => (...given: unknown[]) => Promise<void>

/** @param command notes what was asked, by name */
export function fakeRota(command: Command, filters: object[]): { readonly rota: Rota; readonly positions: Positions } {
  const listing =
    <T>(item: T) =>
    async (scope: object) => {
      filters.push(scope)
      return [item]
    }
  const report = command('position')
  return {
    rota: {
      teams: async ({ teamId, streets }) => {
        const named = teamId
          ? [teamId]
          : (streets ?? ['tianshui', 'changqing']).map(street => `team-${street}` as TeamId)
        return new Set(named)
      },
      teamList: listing(sampleTeam),
      workers: listing({
        ...{ worker: sampleWorker, onShift: true, openJobs: 1 },
        position: { workerId: LI, lat: 30.25, lon: 120.16, accuracyM: 12, at: AT },
      }),
      shifts: listing(shift),
      overrides: listing(override),
      worker: async id => (id === LI ? sampleWorker : undefined),
      shift: async id => (id === shift.id ? shift : undefined),
      override: async id => (id.startsWith('ovr-') ? { ...override, id } : undefined),
      add: command('addToRota'),
      change: command('changeInRota'),
      remove: command('removeFromRota'),
    },
    positions: {
      report: async position => {
        if (position.at > AT) throw new JiemuError('position-untimely', { problem: '2m ahead of our clock' })
        await report(position)
        return true
      },
    },
  }
}
