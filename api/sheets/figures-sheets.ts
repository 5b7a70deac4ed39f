// The sheets of the figures: groups with their rates and what these were divided from, and jobs one in a line.
import type { CityCode } from '../../core/city-codes.ts'
import { KIND_NAMES } from '../../core/city-codes.ts'
import {
  type FiguresAnswer,
  type Grouping,
  type JobLine,
  KPI_NAMES,
  KPIS,
  STAGE_NAMES,
  STAGES,
} from '../../core/kpi.ts'
import { RULE_KINDS, type RuleKind } from '../../core/observation.ts'
import { localTime } from '../../core/periods.ts'
import type { Cell, Sheet } from './sheet.ts'

type Codes = Readonly<Record<RuleKind, CityCode>>

const CODE_COLUMNS = ['大类代码', '大类名称', '小类代码', '小类名称', '代码来源'] as const
const codesOf = ({ category, categoryName, code, codeName, source }: CityCode): readonly Cell[] => [
  category,
  categoryName,
  code,
  codeName,
  source,
]

const seconds = (durationMs: number | null): Cell => (durationMs === null ? null : Math.round(durationMs / 100) / 10)

/** A group in a line, the whole last. A rate is a fraction; beside it stands what it was divided from. */
export function kpiSheet({ groups, total }: FiguresAnswer, by: Grouping, codes: Codes): Sheet {
  const rule = by === 'rule'
  const rows = [...groups, { key: '合计 total', ...total }].map(({ key, kpis, stages }): readonly Cell[] => {
    const kind = RULE_KINDS.find(known => known === key)
    return [
      key,
      ...(rule ? [kind ? KIND_NAMES[kind] : null] : []),
      ...(rule ? (kind ? codesOf(codes[kind]) : CODE_COLUMNS.map(() => null)) : []),
      ...KPI_NAMES.flatMap(name => [kpis[name].rate, kpis[name].top, kpis[name].bottom]),
      ...STAGES.flatMap(name => {
        const { n, p50Ms, p90Ms, p99Ms } = stages[name]
        return [n, seconds(p50Ms), seconds(p90Ms), seconds(p99Ms)]
      }),
    ]
  })
  return {
    name: `KPI by ${by}`,
    columns: [
      by,
      ...(rule ? ['名称', ...CODE_COLUMNS] : []),
      ...KPI_NAMES.flatMap(name => [`${KPIS[name].chinese} ${name}`, `${name} 分子`, `${name} 分母`]),
      ...STAGES.flatMap(name => ['n', 'p50 s', 'p90 s', 'p99 s'].map(what => `${STAGE_NAMES[name]} ${name} ${what}`)),
    ],
    rows: [rows],
  }
}

const JOB_COLUMNS: readonly (readonly [string, (line: JobLine) => Cell])[] = [
  ['街道 street', line => line.streetId],
  ['网格 grid', line => line.gridId],
  ['点位 place', line => line.placeId],
  ['摄像头 camera', line => line.cameraId],
  ['等级 severity', line => line.severity],
  ['状态 state', line => line.state],
  ['班组 team', line => line.teamId],
  ['处置人 worker', line => line.workerId],
  ['发现 opened', line => time(line.openedAt)],
  ['立案 created', line => time(line.createdAt)],
  ['派遣 assigned', line => time(line.assignedAt)],
  ['接单 accepted', line => time(line.acceptedAt)],
  ['到场 arrived', line => time(line.arrivedAt)],
  ['处置 handled', line => time(line.handledAt)],
  ['结案 closed', line => time(line.closedAt)],
  ['处置时限 due', line => time(line.dueAt)],
  ['按期 in time', line => (line.inTime === null ? null : line.inTime ? '是' : '否')],
  ['返工次数 returns', line => line.returns],
  ['缓办次数 deferrals', line => line.deferrals],
  ['终止原因 reason', line => line.endReason],
]

const time = (at: number | null): Cell => (at === null ? null : localTime(at))

export function jobsSheet(batches: AsyncIterable<readonly JobLine[]>, codes: Codes): Sheet {
  return {
    name: '工单 jobs',
    columns: ['工单号 job', '类别 kind', '名称', ...CODE_COLUMNS, ...JOB_COLUMNS.map(([column]) => column)],
    rows: (async function* () {
      for await (const lines of batches) yield lines.map(line => rowOf(line, codes))
    })(),
  }
}

function rowOf(line: JobLine, codes: Codes): readonly Cell[] {
  return [
    line.id,
    line.kind,
    KIND_NAMES[line.kind],
    ...codesOf(codes[line.kind]),
    ...JOB_COLUMNS.map(([, cell]) => cell(line)),
  ]
}
