// The monthly report as a page to print on A4: in Chinese with English beneath, without script and without network.
import { type CityCode, KIND_NAMES } from '../../core/city-codes.ts'
import {
  type Figure,
  type Figures,
  type GroupFigures,
  KPI_NAMES,
  KPIS,
  type KpiName,
  type MonthFigures,
  STAGE_NAMES,
  STAGES,
} from '../../core/kpi.ts'
import { RULE_KINDS, type RuleKind } from '../../core/observation.ts'
import { localTime } from '../../core/periods.ts'
import { COLOURS } from '../../core/standing.ts'
import { bars, colourDays } from './charts.ts'
import { html, type Markup } from './markup.ts'

export interface MonthlyReport {
  /** YYYY-MM */
  readonly month: string
  /** Whose it is: "全区", or the streets or the team. */
  readonly scope: string
  readonly madeBy: string
  readonly figures: MonthFigures
  readonly codes: Readonly<Record<RuleKind, CityCode>>
}

/** Of fewer a share would say more than is known: then both numbers stand instead. */
const FEW = 10
/** More rows than a page has are in the export. */
const MOST_ROWS = 20
const SHOWN: readonly KpiName[] = ['closure-rate', 'on-time-closure', 'return-rate', 'deferral-rate']
const NONE = '–'

export function monthlyPage(report: MonthlyReport): string {
  const { month, scope, madeBy, figures, codes } = report
  const [year, number] = [month.slice(0, 4), String(Number(month.slice(5)))]
  const incidents = figures.days.reduce((sum, day) => sum + day.incidents, 0)
  const page = html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>街目月报 ${month} ${scope}</title>
<link rel="stylesheet" href="/report.css">
<link rel="icon" href="/icon.svg">
</head>
<body>
<header>
<p class="brand">街目 Jiemu</p>
<h1>${year} 年 ${number} 月城市管理月报</h1>
<p class="subtitle">Monthly report of street management, ${month}</p>
<p class="facts"><span>范围 scope: <b>${scope}</b></span><span>生成 made: ${localTime(figures.madeAt)}</span><span>经办 by: ${madeBy}</span></p>
</header>
<section>
${heading('总览', 'At a glance')}
<div class="tiles">
${tile('事件', 'incidents', count(incidents), null)}
${SHOWN.slice(0, 3).map(name => tile(KPIS[name].chinese, KPIS[name].english, rateOf(figures.total.kpis[name]), changeOf(name, figures)))}
</div>
</section>
<section>
${heading('指标与上月对比', 'Figures against the month before')}
${figuresTable(figures)}
</section>
<section>
${heading('每日事件', 'Incidents by day')}
${bars(figures.days)}
</section>
${figures.colours.length > 0 && coloursSection(figures)}
<section>
${heading('分类', 'By kind')}
${kindsTable(figures.byRule, codes)}
</section>
<section>
${heading('网格', 'By grid')}
${groupsTable('网格 grid', figures.byGrid, OF_ALERTS)}
</section>
<section>
${heading('班组', 'By team')}
${groupsTable('班组 team', figures.byTeam.filter(hasWork), OF_TEAMS)}
</section>
<section>
${heading('问题最多的点位', 'Worst places')}
${placesTable(figures)}
</section>
<section>
${heading('处置时长', 'Time at each stage')}
${stagesTable(figures.total)}
</section>
${notes()}
</body>
</html>
`
  return page.text
}

const heading = (chinese: string, english: string): Markup => html`<h2>${chinese}<small>${english}</small></h2>`

const tile = (chinese: string, english: string, value: string, change: string | null): Markup =>
  html`<div class="tile"><p class="value">${value}</p><p>${chinese}<small>${english}</small></p>${change && html`<p class="change">较上月 ${change}</p>`}</div>`

const percent = (rate: number): string => `${(rate * 100).toFixed(1)} %`

/** A few are told as they are: 3/4. */
function rateOf({ rate, top, bottom }: Figure): string {
  if (rate === null) return NONE
  return bottom < FEW ? `${top}/${bottom}` : percent(rate)
}

/** False alarms are no share of anything. */
function shownAs(name: KpiName, figure: Figure): string {
  if (name !== 'false-alarms') return rateOf(figure)
  return figure.rate === null ? NONE : figure.rate.toFixed(2)
}

/** Compared only where both are shares of enough. */
function changeOf(name: KpiName, { total, before }: Pick<MonthFigures, 'total' | 'before'>): string | null {
  const [now, then] = [total.kpis[name], before.kpis[name]]
  if (now.rate === null || then.rate === null || now.bottom < FEW || then.bottom < FEW) return null
  const difference = now.rate - then.rate
  const size = name === 'false-alarms' ? Math.abs(difference).toFixed(2) : Math.abs(difference * 100).toFixed(1)
  const sign = Number(size) === 0 ? '±' : difference > 0 ? '+' : '−'
  return name === 'false-alarms' ? `${sign}${size}` : `${sign}${size} 个百分点`
}

function figuresTable({ total, before }: MonthFigures): Markup {
  return html`<table><thead><tr><th>指标</th><th>公式 formula</th><th class="n">本月</th><th class="n">分子/分母</th><th class="n">上月</th><th class="n">变化</th></tr></thead><tbody>
${KPI_NAMES.map(name => {
  const { chinese, english, formula } = KPIS[name]
  const now = total.kpis[name]
  return html`<tr><td>${chinese}<small>${english}</small></td><td class="formula">${formula}</td><td class="n"><b>${shownAs(name, now)}</b></td><td class="n">${count(now.top)} / ${count(now.bottom)}</td><td class="n">${shownAs(name, before.kpis[name])}</td><td class="n">${changeOf(name, { total, before }) ?? NONE}</td></tr>
`
})}</tbody></table>`
}

/** An alert is nobody's work yet, so that it has a grid and a kind but no team. */
const OF_TEAMS: readonly KpiName[] = SHOWN
const OF_ALERTS: readonly KpiName[] = [...SHOWN, 'alert-precision']

const columns = (names: readonly KpiName[]): Markup =>
  html`<th class="n">应结</th>${names.map(name => html`<th class="n">${KPIS[name].chinese}</th>`)}<th class="n">全程 p50</th><th class="n">全程 p90</th>`

const cells = ({ kpis, stages }: Figures, names: readonly KpiName[]): Markup =>
  html`<td class="n">${count(kpis['closure-rate'].bottom)}</td>${names.map(name => html`<td class="n">${rateOf(kpis[name])}</td>`)}<td class="n">${span(stages.whole.p50Ms)}</td><td class="n">${span(stages.whole.p90Ms)}</td>`

function groupsTable(title: string, groups: readonly GroupFigures[], names: readonly KpiName[]): Markup {
  if (groups.length === 0) return html`<p class="none">本月没有。 None this month.</p>`
  const more = groups.length - MOST_ROWS
  return html`<table><thead><tr><th>${title}</th>${columns(names)}</tr></thead><tbody>
${groups.slice(0, MOST_ROWS).map(group => html`<tr><td>${group.key ?? '（未派）none'}</td>${cells(group, names)}</tr>\n`)}</tbody></table>
${more > 0 && html`<p class="none">另有 ${more} 行，见导出。 ${more} more in the export.</p>`}`
}

function kindsTable(groups: readonly GroupFigures[], codes: MonthlyReport['codes']): Markup {
  const rows = RULE_KINDS.flatMap(kind => {
    const found = groups.find(({ key }) => key === kind)
    return found ? [{ kind, found, code: codes[kind] }] : []
  })
  if (rows.length === 0) return html`<p class="none">本月没有。 None this month.</p>`
  const named = (code: string | null, name: string | null) => (code === null ? NONE : `${code} ${name}`)
  return html`<table><thead><tr><th>类别 kind</th><th>大类</th><th>小类</th>${columns(OF_ALERTS)}</tr></thead><tbody>
${rows.map(({ kind, found, code }) => html`<tr><td>${KIND_NAMES[kind]}</td><td>${named(code.category, code.categoryName)}</td><td>${named(code.code, code.codeName)}</td>${cells(found, OF_ALERTS)}</tr>\n`)}</tbody></table>`
}

/** Alerts without a job make a group of their own, of which there is nothing to say here. */
const hasWork = ({ key, kpis }: GroupFigures): boolean => key !== null || kpis['closure-rate'].bottom > 0

function placesTable({ places }: MonthFigures): Markup {
  if (places.length === 0) return html`<p class="none">本月没有。 None this month.</p>`
  return html`<table><thead><tr><th>点位 place</th><th>网格 grid</th><th>类别 kind</th><th class="n">事件 incidents</th><th class="n">反复 repeated</th></tr></thead><tbody>
${places.map(({ placeId, gridId, kind, incidents, repeated }) => html`<tr><td>${placeId}</td><td>${gridId}</td><td>${KIND_NAMES[kind]}</td><td class="n">${count(incidents)}</td><td class="n">${count(repeated)}</td></tr>\n`)}</tbody></table>`
}

/** Those that were worst for longest first; a page has room for so many. */
function coloursSection({ colours, days }: MonthFigures): Markup {
  const weight = (colour: (typeof COLOURS)[number] | null): number => (colour ? COLOURS.indexOf(colour) ** 2 : 0)
  const badness = (grid: (typeof colours)[number]) => grid.days.reduce((sum, colour) => sum + weight(colour), 0)
  const worst = [...colours].sort((one, other) => badness(other) - badness(one)).slice(0, MOST_ROWS)
  const more = colours.length - worst.length
  return html`<section>
${heading('五色评估', 'Grids by colour, the worst of each day')}
${colourDays(days, worst)}
${more > 0 && html`<p class="none">另有 ${more} 个网格。 ${more} more grids.</p>`}
</section>`
}

function stagesTable({ stages }: Figures): Markup {
  return html`<table><thead><tr><th>阶段 stage</th><th class="n">n</th><th class="n">p50</th><th class="n">p90</th><th class="n">p99</th></tr></thead><tbody>
${STAGES.map(name => {
  const { n, p50Ms, p90Ms, p99Ms } = stages[name]
  return html`<tr><td>${STAGE_NAMES[name]}<small>${name}</small></td><td class="n">${count(n)}</td><td class="n">${span(p50Ms)}</td><td class="n">${span(p90Ms)}</td><td class="n">${span(p99Ms)}</td></tr>
`
})}</tbody></table>`
}

const UNITS = [
  ['天', 86_400_000],
  ['时', 3_600_000],
  ['分', 60_000],
  ['秒', 1_000],
] as const

/** Its two largest units: 1 时 30 分. */
function span(durationMs: number | null): string {
  if (durationMs === null) return NONE
  const first = UNITS.findIndex(([, unitMs]) => durationMs >= unitMs)
  if (first < 0) return '< 1 秒'
  const shown = UNITS.slice(first, first + 2)
  let left = durationMs
  const parts = shown.map(([name, unitMs]) => {
    const count = Math.floor(left / unitMs)
    left -= count * unitMs
    return count > 0 ? `${count} ${name}` : ''
  })
  return parts.filter(part => part !== '').join(' ')
}

/** 12,345 */
const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 })

const notes = (): Markup => html`<footer>
${heading('口径', 'How it is counted')}
<ul>
<li>“应结”指处置时限落在本月的工单；时限前批准缓办的不计入分母，逾期后缓办不免责；撤销、并案不计。</li>
<li>“按期”以最后一次上报处置完成的时间为准，核查所需时间不计入班组；返工不重新计时。</li>
<li>返工率以本月结案的工单为分母；处置时长为本月结案的工单，百分位取最近秩，含缓办时间。</li>
<li>预警准确率只计人工研判；误报按摄像头在册天数折算，离线不扣除。事件不含驳回。</li>
<li>分母不足 ${FEW} 的只列数目，不作百分比。数据以生成时为准，逾期后结案的工单会使结案率上升。</li>
<li lang="en">“Due” are jobs whose deadline for handling lies in the month; what was put off before is left out, putting off later excuses nothing, cancelled and joined jobs do not count. In time is the last report of handling, without verifying. Of fewer than ${FEW} both numbers stand instead of a share. It is what was known when the report was made.</li>
</ul>
</footer>`
