// The words of the figures page, in both languages.
import type { Grouping } from '../../../core/kpi.ts'
import type { TimedStage } from '../../../core/latency-budget.ts'
import { defineWords } from '../../words/words.ts'

interface FiguresWords {
  readonly title: string
  readonly presets: Readonly<Record<'today' | 'week' | 'month', string>>
  readonly days: string
  readonly street: string
  readonly allStreets: string
  readonly report: string
  readonly csv: string
  readonly xlsx: string
  readonly cases: (title: string) => string
  readonly nothing: string
  readonly groupings: Readonly<Record<Grouping, string>>
  readonly by: string
  readonly byTitle: string
  readonly group: string
  readonly nobody: string
  readonly perCameraDay: string
  readonly precision: string
  readonly precisionHint: string
  readonly falseAlarms: string
  readonly falseAlarmsHint: string
  readonly camera: string
  readonly confirmed: string
  readonly rejected: string
  readonly low: string
  readonly high: string
  readonly few: string
  readonly cameraDays: string
  readonly latency: string
  readonly latencyHint: (minutes: number, since: string) => string
  readonly recent: string
  readonly sinceStart: string
  readonly stages: Readonly<Record<TimedStage, string>>
  readonly stage: string
  readonly count: string
  readonly budget: string
  readonly shared: string
  readonly within: string
  readonly over: string
  readonly idle: string
  readonly blind: string
  readonly blindHint: string
  readonly blindShare: string
  readonly blindTotal: string
  readonly known: string
  readonly reason: string
  readonly away: string
  readonly when: string
  readonly top: string
  readonly bottom: string
  readonly grids: string
  readonly grid: string
  readonly score: string
  readonly since: string
  readonly noGrids: string
  readonly tooLong: string
}

export const FIGURES = defineWords<FiguresWords>({
  zh: {
    title: '统计',
    presets: { today: '今天', week: '近 7 天', month: '近 30 天' },
    days: '日期',
    street: '街道',
    allStreets: '全部街道',
    report: '月度报告',
    csv: 'CSV',
    xlsx: 'Excel',
    cases: title => `${title}：查看案件`,
    nothing: '尚无',
    groupings: {
      street: '街道',
      grid: '网格',
      team: '班组',
      worker: '处置员',
      camera: '摄像头',
      rule: '类别',
      day: '日',
      week: '周',
      month: '月',
    },
    by: '分组',
    byTitle: '分组对比',
    group: '组',
    nobody: '未归属',
    perCameraDay: '起/路·日',
    precision: '各摄像头预警准确率',
    precisionHint: '立案 ÷ (立案 + 驳回)；横线是 95 % 区间，裁决少于 30 起的不足以比较。',
    falseAlarms: '各摄像头每日误报',
    falseAlarmsHint: '驳回 ÷ 看得清的摄像头日；横线是 95 % 区间。',
    camera: '摄像头',
    confirmed: '立案',
    rejected: '驳回',
    low: '下限',
    high: '上限',
    few: '样本少',
    cameraDays: '摄像头日',
    latency: '各环节用时与预算',
    latencyHint: (minutes, since) => `最近 ${minutes} 分钟，自动更新；本进程自 ${since} 起计时。竖线是预算。`,
    recent: '最近',
    sinceStart: '启动以来',
    stages: {
      received: '摄像头到接收',
      decoded: '解码',
      inferred: '识别',
      tracked: '跟踪',
      ruled: '规则',
      committed: '入库',
      queued: '入列',
      assigned: '派遣',
      notified: '通知',
      whole: '全程',
    },
    stage: '环节',
    count: '次数',
    budget: '预算 ms',
    shared: '跟踪与规则合计',
    within: '在预算内',
    over: '超出预算',
    idle: '暂无',
    blind: '摄像头失明时间',
    blindHint: '看不清或离线的时间占已知时间的比例；空白处程序没有运行。',
    blindShare: '失明比例',
    blindTotal: '失明时间',
    known: '已知时间',
    reason: '原因',
    away: '离线',
    when: '时间',
    top: '分子',
    bottom: '分母',
    grids: '网格五色',
    grid: '网格',
    score: '得分',
    since: '自',
    noGrids: '还没有网格。导入带网格的摄像头后，这里显示五色评估。',
    tooLong: '超过 7 天按日显示。',
  },
  en: {
    title: 'Figures',
    presets: { today: 'Today', week: '7 days', month: '30 days' },
    days: 'Days',
    street: 'Street',
    allStreets: 'All streets',
    report: 'Monthly report',
    csv: 'CSV',
    xlsx: 'Excel',
    cases: title => `${title}: see the cases`,
    nothing: 'none yet',
    groupings: {
      street: 'Street',
      grid: 'Grid',
      team: 'Team',
      worker: 'Worker',
      camera: 'Camera',
      rule: 'Kind',
      day: 'Day',
      week: 'Week',
      month: 'Month',
    },
    by: 'Group by',
    byTitle: 'Compared',
    group: 'Group',
    nobody: 'none',
    perCameraDay: 'per camera-day',
    precision: 'Alert precision by camera',
    precisionHint:
      'Confirmed ÷ (confirmed + rejected); lines are 95 % intervals, fewer than 30 verdicts compare nothing.',
    falseAlarms: 'False alarms per camera-day',
    falseAlarmsHint: 'Rejected ÷ days for which the camera saw clearly; lines are 95 % intervals.',
    camera: 'Camera',
    confirmed: 'Confirmed',
    rejected: 'Rejected',
    low: 'Low',
    high: 'High',
    few: 'few',
    cameraDays: 'Camera-days',
    latency: 'Stages against their budget',
    latencyHint: (minutes, since) =>
      `The last ${minutes} minutes, live; this process counts since ${since}. The mark is the budget.`,
    recent: 'Recent',
    sinceStart: 'Since start',
    stages: {
      received: 'Camera to us',
      decoded: 'Decode',
      inferred: 'Infer',
      tracked: 'Track',
      ruled: 'Rules',
      committed: 'Commit',
      queued: 'Queue',
      assigned: 'Assign',
      notified: 'Notify',
      whole: 'Whole way',
    },
    stage: 'Stage',
    count: 'Count',
    budget: 'Budget ms',
    shared: 'track and rules together',
    within: 'within',
    over: 'over',
    idle: 'nothing yet',
    blind: 'Blind time of cameras',
    blindHint:
      'Share of the known time in which a camera could not be judged or was away; where it is empty the program did not run.',
    blindShare: 'Blind share',
    blindTotal: 'Blind time',
    known: 'Known time',
    reason: 'Reasons',
    away: 'away',
    when: 'When',
    top: 'Above',
    bottom: 'Below',
    grids: 'Five colours of the grids',
    grid: 'Grid',
    score: 'Score',
    since: 'since',
    noGrids: 'No grids yet. They are judged here once cameras with grids are imported.',
    tooLong: 'By the day for more than 7 days.',
  },
})
