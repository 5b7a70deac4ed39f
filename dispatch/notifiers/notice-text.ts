// A notice as people read it in a group chat: one line of Chinese, or several notices in one message.
import type { Notice } from '../../core/delivery.ts'

const EVENTS: Readonly<Record<string, string>> = {
  'incident.opened': '新预警',
  'incident.reopened': '预警再次出现',
  'incident.escalated': '预警超时未确认',
  'incident.cleared': '现场已恢复',
  'job.assigned': '已派单',
  'job.joined': '并入工单',
  'job.unassignable': '无人可派',
  'job.returned': '返工',
  'job.reassigned': '已改派',
  'job.handed-over': '已移交',
  'job.deferred': '缓办',
  'job.escalated': '工单升级',
  'job.urged': '催办',
  'job.supervised': '督办',
  'job.supervision-overdue': '督办超时未办结',
  'job.downgraded': '工单降级',
  'job.closed': '已结案',
  'job.cancelled': '工单取消',
  'job.undone': '确认已撤销',
  'job.merged': '工单合并',
  'grid.orange': '网格转橙',
  'grid.red': '网格转红',
  'system.canary': '链路自检',
  'system.canary-missing': '通知链路中断: 自检消息三分钟未到',
  'system.canary-returned': '通知链路恢复',
}

const KINDS: Readonly<Record<string, string>> = {
  'illegal-parking': '违停',
  crowding: '人员聚集',
  'overflowing-bin': '垃圾满溢',
  'dirty-road': '道路不洁',
  'camera-health': '设备异常',
}

const SEVERITIES: Readonly<Record<string, string>> = { blue: '蓝', yellow: '黄', orange: '橙', red: '红' }

const clockTime = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
})

const eventWord = (event: string): string => EVENTS[event] ?? event
const word = (words: Readonly<Record<string, string>>, key: unknown): string => words[String(key)] ?? String(key)

/** 「违停」已派单 · 黄 · tianshui/tianshui-3 · 14:05:32 · job-1 */
export function lineOf({ event, subject, at, details }: Notice): string {
  const { kind, severity, streetId, gridId, teamId } = details
  const parts = [
    `${kind ? `「${word(KINDS, kind)}」` : ''}${eventWord(event)}`,
    ...(severity ? [word(SEVERITIES, severity)] : []),
    ...(streetId ? [gridId ? `${streetId}/${gridId}` : String(streetId)] : []),
    ...(teamId ? [String(teamId)] : []),
    clockTime.format(at),
    ...(subject ? [subject] : []),
  ]
  return parts.join(' · ')
}

/** To the job on the worker's page, which tells us by that link that it was seen; none where no phone can reach us. */
export function linkOf({ event, subject }: Notice, publicUrl: string | null | undefined): readonly string[] {
  if (!publicUrl || !event.startsWith('job.')) return []
  return [`${publicUrl.replace(/\/$/, '')}/field?${new URLSearchParams({ job: subject, by: 'link' })}`]
}

/**
 * Several notices in one message: how many of what, then as many lines as fit, the newest first.
 * @param mostBytes of UTF-8
 */
export function summaryOf(notices: readonly Notice[], mostBytes: number): string {
  const counts = new Map<string, number>()
  for (const { event } of notices) counts.set(event, (counts.get(event) ?? 0) + 1)
  const totals = [...counts].map(([event, count]) => `${eventWord(event)} ${count}`).join('、')
  const head = `${notices.length} 条通知: ${totals}`
  const lines = [...notices].sort((one, other) => other.at - one.at).map(lineOf)
  const rest = (count: number): string => (count > 0 ? `\n其余 ${count} 条见指挥中心` : '')
  for (let shown = lines.length; shown > 0; shown--) {
    const text = [head, ...lines.slice(0, shown)].join('\n') + rest(lines.length - shown)
    if (Buffer.byteLength(text) <= mostBytes) return text
  }
  return head + rest(lines.length)
}
