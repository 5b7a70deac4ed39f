// What the options of rules are called, and in Chinese what they do; in English the rules' own schema says it.
import type { Language } from '../../../words/words.ts'

interface OptionWord {
  readonly en: string
  readonly zh: string
  /** What it does, and what more or less of it would cost. */
  readonly help?: string
}

/** By the field's name; where rules mean different things by one name, by `rule/name`. */
export const OPTION_WORDS: Readonly<Record<string, OptionWord>> = {
  grace: { en: 'Grace', zh: '宽限时间', help: '停得比这短不算违停；越短报得越早，也会把上下客、装卸算进来。' },
  clearAfter: {
    en: 'Over after',
    zh: '消失确认',
    help: '要连续这么久看到已消失才算结束；越短结得越快，漏检时也会误结。',
  },
  maxGap: { en: 'Longest gap', zh: '最长间断', help: '中间看不到的时间不超过它仍算同一件；越长越可能认错。' },
  cooldown: { en: 'Cool-down', zh: '冷却时间', help: '在此时间内回到原处仍算同一次停放。' },
  settle: { en: 'Settled after', zh: '停稳时间', help: '在同一位置看到这么久才算停下；越短越会拍到只是减速的车。' },
  ignoreQueues: { en: 'Ignore queues', zh: '排队不算', help: '一起停下并占满画面的车是在等灯，给它们两倍宽限时间。' },
  calendar: { en: 'When it applies', zh: '生效时段', help: '只在这些时候判断。' },
  'calendar.timeZone': { en: 'Time zone', zh: '时区' },
  'calendar.days': { en: 'Days', zh: '星期', help: '在星期几生效。' },
  'calendar.from': { en: 'From', zh: '开始', help: '每天从几点起，如 07:00。' },
  'calendar.to': { en: 'To', zh: '结束', help: '到几点止；早于开始则跨过午夜。' },
  'calendar.holidays': {
    en: 'Not on',
    zh: '节假日除外',
    help: '每行一个日期（2026-10-01）；写 CN 表示全国法定节假日，含调休。',
  },
  severity: { en: 'Severity', zh: '严重程度', help: '事件起始的级别。' },
  minScore: {
    en: 'Least confidence',
    zh: '最低置信度',
    help: '目标至少要这么确定才算；越低找到的越多，误认的也越多。',
  },
  'minScore.bin': { en: 'Bin', zh: '垃圾桶' },
  'minScore.overflow': { en: 'Overflow', zh: '满溢' },
  'minScore.litter': { en: 'Litter', zh: '散落垃圾' },
  moveTolerance: {
    en: 'Jitter allowed',
    zh: '位置容差',
    help: '两个框算同一位置允许的偏差；越大越能容忍抖动，也会把缓行当停放。',
  },
  appearanceMatch: {
    en: 'Likeness',
    zh: '外观相似度',
    help: '间断之后认作同一辆车所需的相似程度；越低越易把相似的车混为一辆。',
  },
  threshold: { en: 'A crowd from', zh: '聚集人数', help: '达到或超过即为聚集；越低越会把平常的热闹也报出来。' },
  clearBelow: { en: 'Over at', zh: '散去人数', help: '不超过它即为散去，必须小于聚集人数；越接近越容易反复。' },
  hold: { en: 'For at least', zh: '持续时间', help: '人数要持续这么久；越短报得越早，也会把路过的人报出来。' },
  k: {
    en: 'Share that agrees',
    zh: '一致比例',
    help: '这么大比例的画面都要成立；越低越能容忍漏检，也会把闪动当聚集。',
  },
  levels: { en: 'Higher levels', zh: '升级档位', help: '更严重时升级；同一事件内不会降回。' },
  'levels.atLeast': { en: 'People from', zh: '人数达到' },
  'levels.times': { en: 'Times the limit', zh: '达到限值的倍数' },
  'levels.severity': { en: 'Severity', zh: '升为' },
  countScale: { en: 'Count scale', zh: '人数校正', help: '密集时漏检多，用人工数过的画面求出系数；请在“计数”里测。' },
  'countScale.factor': { en: 'Factor', zh: '系数', help: '每检测到一人，实际有几人。' },
  'countScale.error': { en: 'Error', zh: '误差', help: '校正后平均相差几人。' },
  areaM2: { en: 'Area (m²)', zh: '地面面积（平方米）', help: '填写后同时给出每平方米人数。' },
  every: { en: 'Look every', zh: '检查间隔', help: '每隔多久看一次；更短更费算力，也不会快多少。' },
  within: {
    en: 'Agree within',
    zh: '判定时长',
    help: '在这段时间里的多次检查要一致；越短报得越早，也会误报举在桶上的袋子。',
  },
  open: { en: 'Opens with', zh: '成立条件', help: '在这些次检查里至少有几次满溢。' },
  'open.k': { en: 'at least', zh: '至少几次' },
  'open.n': { en: 'of', zh: '共几次' },
  clear: { en: 'Ends with', zh: '结束条件', help: '在这些次检查里至少有几次正常；越少结得越快。' },
  'clear.k': { en: 'at least', zh: '至少几次' },
  'clear.n': { en: 'of', zh: '共几次' },
  beside: {
    en: 'Litter beside it',
    zh: '桶边散落',
    help: '桶未满而旁边有垃圾时：算满溢、只维持已有事件，或视为正常。',
  },
  coverShare: { en: 'Hidden from', zh: '遮挡比例', help: '被人或车挡住这么多就不判断；越低判断越少，误判也越少。' },
  goneAfter: { en: 'Gone after', zh: '移走确认', help: '这么久看不到桶，未结的事件就结束。' },
  persist: { en: 'Lies for', zh: '停留时间', help: '在同一处躺这么久才算；越短报得越早，也会报被风吹过的。' },
  pieces: { en: 'Pieces', zh: '垃圾件数', help: '达到这么多件即为不洁；越少，一个袋子也会报。' },
  area: { en: 'Share of the zone', zh: '占区域比例', help: '垃圾覆盖达到这个比例也算不洁。' },
  presence: { en: 'Seen in', zh: '出现比例', help: '要在这么大比例的检查里都看到它；越低越能保住小件，也会留下闪动。' },
  maxPiece: { en: 'Largest piece', zh: '单件上限', help: '比画面的这个比例还大的不是垃圾，而是反光或施工。' },
  except: { en: 'Never litter', zh: '排除位置', help: '每行一个框 [x1, y1, x2, y2]：这些地方的从不算垃圾，例如井盖。' },
  'crowding/minScore': {
    en: 'Least confidence',
    zh: '最低置信度',
    help: '人至少要这么确定才计数；越低，密集时数到的越多，灯柱也可能被数进来。',
  },
  'illegal-parking/clearAfter': {
    en: 'Over after',
    zh: '驶离确认',
    help: '要连续这么久看到车位空着；越短结得越快，漏检时也会误结。',
  },
}

const VALUES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  opens: { zh: '算满溢', en: 'counts as overflow' },
  keeps: { zh: '只维持已有事件', en: 'keeps open what is open' },
  ignored: { zh: '视为正常', en: 'is ignored' },
  mon: { zh: '一', en: 'Mon' },
  tue: { zh: '二', en: 'Tue' },
  wed: { zh: '三', en: 'Wed' },
  thu: { zh: '四', en: 'Thu' },
  fri: { zh: '五', en: 'Fri' },
  sat: { zh: '六', en: 'Sat' },
  sun: { zh: '日', en: 'Sun' },
}

export const wordOfOption = (rule: string, name: string): OptionWord | undefined =>
  OPTION_WORDS[`${rule}/${name}`] ?? OPTION_WORDS[name]

/** @param described what the rule's own schema says of it, in English */
export function labelOf(rule: string, name: string, language: Language, described = '') {
  const word = wordOfOption(rule, name)
  const capital = described.charAt(0).toUpperCase() + described.slice(1)
  const help = language === 'zh' ? (word?.help ?? '') : capital
  return { label: word?.[language] ?? name, help }
}

export const wordOfValue = (value: string, language: Language, severities: Readonly<Record<string, string>>): string =>
  severities[value] ?? VALUES[value]?.[language] ?? value
