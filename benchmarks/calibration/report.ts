// The calibration report: one HTML file that needs nothing else, Chinese first, with curves and the plainest mistakes.
import { basename } from 'node:path'
import type { Box } from '../../core/geometry.ts'
import { thumbnail } from '../../streams/snapshot.ts'
import { type Html, html, raw } from '../html.ts'
import type { Calibration, ClassCalibration, Figure } from './calibrate.ts'
import { f1Chart, precisionRecallChart } from './charts.ts'
import { withPicture } from './look.ts'
import { type Mistake, worstMistakes } from './mistakes.ts'
import { objectiveText, SPLIT_TEXTS } from './words.ts'

const PICTURE_PX = 240
/** Of each kind and class: more would not be looked at. */
const MOST_MISTAKES = 8

/** @param on the date, such as "2026-01-05" */
export async function calibrationReport(calibration: Calibration, on: string): Promise<string> {
  const { model, data } = calibration
  const sections = await Promise.all(calibration.classes.map(one => classSection(calibration, one)))
  const page = html`<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>阈值标定 ${model.name} ${on}</title>
<style>${raw(STYLE)}</style>
<h1>${both('阈值标定报告', 'Calibration of score thresholds')}</h1>
${split(calibration)}
<table class="facts">
${fact('模型', 'network', html`${model.name} <code>${model.sha256.slice(0, 16)}</code>`)}
${fact('数据', 'data', html`${basename(data.source)} <code>${data.sha256.slice(0, 16)}</code>`)}
${fact('日期', 'date', html`${on}`)}
${fact('图片', 'pictures', pictures(calibration))}
${fact('选择依据', 'chosen for', both(...objectiveText(calibration.objective)))}
${fact('取图方式', 'looked at', calibration.framing === 'whole' ? both('整图', 'whole pictures') : both('原始分辨率分块', 'tiles at native resolution'))}
${leftOut(calibration)}
</table>
<h2>${both('结果', 'Results')}</h2>
${results(calibration.classes)}
<h2>${both('混淆', 'Confusion')}</h2>
${confusionTable(calibration)}
${sections}
<h2>${both('说明', 'How to read this')}</h2>
${NOTES}
</html>
`
  return page.text
}

function both(chinese: string, english: string): Html {
  return html`${chinese} <span lang="en">${english}</span>`
}

function fact(chinese: string, english: string, value: Html): Html {
  return html`<tr><th>${both(chinese, english)}</th><td>${value}</td></tr>\n`
}

function split({ split: chosen }: Calibration): Html {
  const text = SPLIT_TEXTS[chosen]
  return text ? html`<p class="warning">${both(...text)}</p>` : html``
}

function pictures({ split: chosen, pictures: { choose, report } }: Calibration): Html {
  if (chosen !== 'halves') return html`${report}`
  return both(`选择半 ${choose} 张，报告半 ${report} 张`, `${choose} to choose on, ${report} to report on`)
}

function leftOut({ data }: Calibration): Html {
  const names = Object.entries(data.leftOut).map(([name, count]) => `${name} × ${count}`)
  return names.length > 0 ? fact('未用的标注', 'labels left out', html`${names.join(', ')}`) : html``
}

const nameOf = (label: string): Html => both(NAMES[label] ?? label, NAMES[label] ? label : '')
const NAMES: Readonly<Record<string, string>> = {
  litter: '垃圾',
  bin: '垃圾桶（未满）',
  'bin-overflow': '垃圾满溢',
  person: '行人',
}

function results(classes: readonly ClassCalibration[]): Html {
  const row = (one: ClassCalibration) => {
    const { level, before, chosen, figures, labelled } = one
    const { labels, pictures: withLabel } = labelled.report
    return html`<tr><th>${nameOf(one.label)}</th>
<td>${before ?? '–'} → <b>${chosen ?? both('不变', 'kept')}</b></td>
<td>${level === 'pictures' ? both('逐图', 'pictures') : both('逐框', 'boxes')}</td>
<td>${figure(figures[`${level} f1`])}</td><td>${figure(figures[`${level} precision`])}</td><td>${figure(figures[`${level} recall`])}</td>
<td>${figure(figures['boxes f1'])}</td><td>${figure(figures.ap50)}</td><td>${labels} / ${withLabel}</td></tr>\n`
  }
  return html`<table>
<tr><th>${both('类别', 'class')}</th><th>${both('阈值', 'threshold')}</th><th>${both('层级', 'level')}</th><th>F1</th>
<th>${both('查准率', 'precision')}</th><th>${both('查全率', 'recall')}</th><th>${both('逐框 F1', 'F1 of boxes')}</th><th>AP50</th>
<th>${both('标注框/图片', 'labels/pictures')}</th></tr>
${classes.map(row)}</table>`
}

function figure({ value, interval }: Figure): Html {
  if (value === null) return html`–`
  const range = interval ? `${interval.low.toFixed(2)}–${interval.high.toFixed(2)}` : ''
  return html`${value.toFixed(3)} <small>${range}</small>`
}

function confusionTable({ classes, confusion }: Calibration): Html {
  const labels = [...classes.map(({ label }) => label), null]
  const count = (labelled: string | null, seen: string | null) =>
    confusion.find(cell => cell.labelled === labelled && cell.seen === seen)?.count ?? 0
  const head = (label: string | null) => (label === null ? both('无', 'nothing') : nameOf(label))
  return html`<table>
<tr><th>${both('标注 ↓ 识别 →', 'labelled ↓ seen →')}</th>${labels.map(seen => html`<th>${head(seen)}</th>`)}</tr>
${labels.map(
  labelled =>
    html`<tr><th>${head(labelled)}</th>${labels.map(seen =>
      labelled === null && seen === null ? html`<td></td>` : html`<td>${count(labelled, seen)}</td>`,
    )}</tr>\n`,
)}</table>`
}

async function classSection({ reported }: Calibration, one: ClassCalibration): Promise<Html> {
  const { label, chosen, before, labelled } = one
  if (labelled.choose.labels + labelled.report.labels === 0) {
    return html`<h2>${nameOf(label)}</h2>\n<p>${both('没有标注，阈值不变。', 'Nothing is labelled: the threshold stays.')}</p>`
  }
  const mistakes = worstMistakes(reported, label, chosen ?? before ?? 1, MOST_MISTAKES)
  const shown: Html[] = []
  // One after the other: a decoded picture takes megabytes.
  for (const mistake of mistakes) shown.push(await mistakeFigure(mistake))
  const of = (kind: Mistake['kind']) => shown.filter((_, index) => mistakes[index]?.kind === kind)
  return html`<h2>${nameOf(label)}</h2>
<div class="charts">${raw(precisionRecallChart(one))}${raw(f1Chart(one))}</div>
${gallery(both('误报（分数最高）', 'seen, not labelled: the highest scores'), of('false'))}
${gallery(both('漏报（面积最大）', 'labelled, not seen: the largest'), of('missed'))}`
}

function gallery(heading: Html, figures: readonly Html[]): Html {
  const content = figures.length > 0 ? html`<div class="gallery">${figures}</div>` : html`<p>${both('无', 'none')}</p>`
  return html`<h3>${heading}</h3>\n${content}`
}

async function mistakeFigure({ file, name, box, score, labelled, kind }: Mistake): Promise<Html> {
  const { jpeg, heightPx } = await withPicture(file, async picture => ({
    jpeg: await thumbnail(picture, PICTURE_PX),
    heightPx: Math.round((PICTURE_PX * picture.heightPx) / picture.widthPx),
  }))
  const outline = ({ x1, y1, x2, y2 }: Box, kindOfBox: string) =>
    html`<rect class="${kindOfBox}" x="${x1 * PICTURE_PX}" y="${y1 * heightPx}" width="${(x2 - x1) * PICTURE_PX}" height="${(y2 - y1) * heightPx}"/>`
  const others = labelled.filter(other => other !== box)
  return html`<figure><svg width="${PICTURE_PX}" height="${heightPx}" viewBox="0 0 ${PICTURE_PX} ${heightPx}">
<image width="${PICTURE_PX}" height="${heightPx}" href="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}"/>
${others.map(other => outline(other, 'labelled'))}${outline(box, kind)}</svg>
<figcaption>${score === null ? '' : score.toFixed(2)} ${basename(name)}</figcaption></figure>\n`
}

const NOTES = html`<ul>
<li>${both(
  '“逐图”：这张图里到底有没有；规则每次抽样问的就是这个，所以“垃圾”和“垃圾满溢”按逐图 F1 选阈值，其余按逐框。',
  '“Pictures”: is it here at all. That is what the rules ask of every sample, so litter and overflow are chosen by it; everything else by boxes.',
)}</li>
<li>${both(
  '“逐框”：同类、IoU ≥ 0.5、按分数从高到低贪心匹配；AP50 为 PASCAL VOC 2010 全点插值面积。',
  '“Boxes”: one class, IoU ≥ 0.5, matched greedily from the highest score; AP50 is the area under all points (PASCAL VOC since 2010).',
)}</li>
<li>${both(
  '小字为按整图重抽样 1000 次的 95 % 区间。',
  'Small figures: 95 % intervals, whole pictures drawn anew 1,000 times.',
)}</li>
<li>${both(
  '红框：误报；橙框：漏报；绿框：同类其他标注。误报里常能看到漏标的物体。',
  'Red: seen, not labelled. Orange: labelled, not seen. Green: other labels of the class. Labels that are missing show up among the first.',
)}</li>
<li>${both(
  '数据里有垃圾的图片远多于街面，街上的误报率要另行测量。',
  'Such data shows litter far more often than a street does: false alarms on the street are measured apart.',
)}</li>
</ul>`

const STYLE = `
body { font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; max-width: 1080px; margin: 24px auto; padding: 0 16px; color: #222; background: #fff }
h1 { font-size: 24px } h2 { font-size: 19px; margin-top: 32px; border-bottom: 1px solid #ddd } h3 { font-size: 15px }
[lang=en] { color: #777; font-size: 0.85em; font-weight: normal }
table { border-collapse: collapse } th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid #eee }
small { color: #777; white-space: nowrap } code { font-size: 0.85em; color: #777 }
.warning { background: #fff3cd; padding: 8px 12px } .charts, .gallery { display: flex; flex-wrap: wrap; gap: 16px }
figure { margin: 0; width: 240px } figcaption { font-size: 12px; color: #777; overflow-wrap: anywhere }
rect { fill: none; stroke-width: 2 } .false { stroke: #e11 } .missed { stroke: #f80 } .labelled { stroke: #1a3 }
`
