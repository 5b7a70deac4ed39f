// The sheet of a search: incidents one in a line, with who decided and what became of each.
import { KIND_NAMES } from '../../core/city-codes.ts'
import type { FoundIncident } from '../../core/found-incident.ts'
import { localTime } from '../../core/periods.ts'
import type { Cell, Sheet } from './sheet.ts'

const time = (at: number | null): Cell => (at === null ? null : localTime(at))

const COLUMNS: readonly (readonly [string, (line: FoundIncident) => Cell])[] = [
  ['事件号 incident', line => line.id],
  ['类别 kind', line => line.kind],
  ['名称', line => KIND_NAMES[line.kind]],
  ['来源 origin', line => line.origin],
  ['等级 severity', line => line.severity],
  ['现场 physical', line => line.physical],
  ['研判 review', line => line.review],
  ['驳回原因 reject reason', line => line.rejectReason],
  ['街道 street', line => line.streetId],
  ['网格 grid', line => line.gridId],
  ['摄像头 camera', line => line.cameraId],
  ['摄像头名称', line => line.cameraName],
  ['区域 zone', line => line.zoneId],
  ['区域名称', line => line.zoneName],
  ['发现 opened', line => time(line.openedAt)],
  ['消失 cleared', line => time(line.clearedAt)],
  ['研判人 decided by', line => line.decidedBy],
  ['研判时间 decided', line => time(line.decidedAt)],
  ['工单号 job', line => line.jobId],
  ['工单状态 job state', line => line.jobState],
]

export function incidentsSheet(batches: AsyncIterable<readonly FoundIncident[]>): Sheet {
  return {
    name: '事件 incidents',
    columns: COLUMNS.map(([column]) => column),
    rows: (async function* () {
      for await (const lines of batches) yield lines.map(line => COLUMNS.map(([, cell]) => cell(line)))
    })(),
  }
}
