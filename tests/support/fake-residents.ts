// Residents' reports for the API's tests: one application with a key, and one report, which is known.
import { createHash } from 'node:crypto'
import { open311Schema } from '../../api/open311/keys.ts'
import type { ReportStatus } from '../../api/ports.ts'
import type { ApiPorts } from '../../api/routes/route.ts'
import type { ReportId } from '../../core/report.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')
const REPORT: ReportStatus = {
  id: 'rep-1' as ReportId,
  service: 'overflowing-bin',
  serviceName: '垃圾满溢 Overflowing bin',
  spot: { lat: 30.2741, lon: 120.1551 },
  address: '中河路 1 号',
  description: '垃圾桶满了 <b>&',
  via: 'app',
  requestedAt: AT,
  status: 'open',
  statusNotes: '已派遣 Assigned',
  agency: '环卫一组',
  updatedAt: AT + 60_000,
  expectedAt: AT + 14_400_000,
}

/** @param commands what is reported is noted here, and in `filters` what is asked for */
export function fakeResidents(commands: unknown[][], filters: object[]): ApiPorts['residents'] {
  const sha256 = createHash('sha256').update('app-key').digest('hex')
  const keys = [{ name: 'app', sha256 }]
  return {
    settings: open311Schema.parse({ jurisdiction: 'xiacheng', keys, street: 'tianshui', grid: 'tianshui-3' }),
    reports: {
      take: async report => {
        commands.push(['report', report])
        return { id: REPORT.id }
      },
      list: async wanted => {
        filters.push(wanted)
        return wanted.ids && !wanted.ids.includes(REPORT.id) ? [] : [REPORT]
      },
    },
  }
}
