// The room's day in memory, for the API's own tests: a found incident of each street, and a mute of tianshui.
import type { HandReports } from '../../api/hand-report-ports.ts'
import type { Mutes } from '../../api/mute-ports.ts'
import type { IncidentSearch } from '../../api/search-ports.ts'
import { JiemuError } from '../../core/errors.ts'
import type { Incident } from '../../core/incident.ts'
import type { Mute, MuteId } from '../../core/mute.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')

type Command = (name: string) => (...given: unknown[]) => Promise<void>

const sampleMute: Mute = {
  ...{ id: 'mute-tianshui' as MuteId, streetId: 'tianshui' as Incident['streetId'], cameraId: null, zoneId: null },
  ...{ kind: 'crowding', faults: false, fromAt: AT - 60_000, untilAt: AT + 3_600_000, reason: '集市', setBy: 'lin' },
  ...{ endedAt: null, endedBy: null, endReason: null, held: 2, lastHeldAt: AT },
}

export function fakeRoom(
  command: Command,
  filters: object[],
  incidents: readonly Incident[],
): { readonly search: IncidentSearch; readonly mutes: Mutes; readonly handReports: HandReports } {
  const [add, end] = [command('addMute'), command('endMute')]
  const [report, street] = [command('report'), command('streetReport')]
  return {
    search: {
      find: async wanted => {
        filters.push(wanted)
        return incidents.map(incident => ({
          ...incident,
          ...{ origin: 'camera', cameraName: '=HYPERLINK("x")', zoneName: null, decidedBy: null, decidedAt: null },
          ...{ jobId: null, jobState: null },
        }))
      },
      count: async () => incidents.length,
    },
    handReports: {
      open: async (...given) => {
        await report(...given)
        return 'inc-tianshui' as Incident['id']
      },
      gridOf: async ({ gridId }) => {
        if (gridId === 'nowhere') throw new JiemuError('report-nowhere')
        return { streetId: 'tianshui' as Incident['streetId'], gridId: gridId ?? ('tianshui-3' as Incident['gridId']) }
      },
      openInStreet: async (...given) => {
        await street(...given)
        return 'inc-tianshui' as Incident['id']
      },
    },
    mutes: {
      add: async (...given) => {
        await add(...given)
        return sampleMute
      },
      find: async id => (id === sampleMute.id ? sampleMute : undefined),
      list: async (standing, limit, streets) => {
        filters.push({ standing, limit, streets })
        return [sampleMute]
      },
      end: async (...given) => {
        await end(...given)
        return sampleMute
      },
    },
  }
}
