// The city's figures at a glance: each with what it was divided from, how it went day by day, and the way to its cases.
import { Skeleton } from 'antd'
import { Link } from 'react-router'
import type { z } from 'zod'
import type { kpiAnswerSchema } from '../../../api/routes/kpis.ts'
import { KPI_NAMES, KPIS } from '../../../core/kpi.ts'
import { useLanguage, useWords } from '../../words/words.ts'
import { kpiText } from './kpi-text.ts'
import { casesBehind, type Span } from './span.ts'
import { FIGURES } from './words.ts'

export type KpiAnswer = z.output<typeof kpiAnswerSchema>

export function KpiTiles({ answer, span }: { readonly answer: KpiAnswer | undefined; readonly span: Span }) {
  const words = useWords(FIGURES)
  const language = useLanguage()
  return (
    <ul className="kpis" aria-label={words.title}>
      {KPI_NAMES.map(name => {
        const { chinese, english, formula } = KPIS[name]
        const title = language === 'zh' ? chinese : english
        const figure = answer?.total.kpis[name]
        return (
          <li key={name}>
            <Link to={casesBehind(span, name, 'bottom')} title={`${formula} ${words.cases(title)}`}>
              <span className="kpi-name">{title}</span>
              {figure ? (
                <>
                  <b className="kpi-value" data-kpi={name}>
                    {kpiText(name, figure)}
                  </b>
                  <Trend values={answer.groups.map(({ kpis }) => kpis[name].rate)} />
                </>
              ) : (
                <Skeleton active title={false} paragraph={{ rows: 2 }} />
              )}
            </Link>
            {figure && (
              <small>
                <Link to={casesBehind(span, name, 'top')} data-line={`${name} top`}>
                  {amount(figure.top)}
                </Link>{' '}
                /{' '}
                {name === 'false-alarms' ? (
                  `${amount(figure.bottom)} ${words.perCameraDay}`
                ) : (
                  <Link to={casesBehind(span, name, 'bottom')} data-line={`${name} bottom`}>
                    {amount(figure.bottom)}
                  </Link>
                )}
              </small>
            )}
          </li>
        )
      })}
    </ul>
  )
}

const amount = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(2)))

const [WIDE, HIGH] = [120, 26]

/** A line through the days; a day without anything is a gap and not a zero. */
function Trend({ values }: { readonly values: readonly (number | null)[] }) {
  const known = values.filter(value => value !== null)
  if (known.length < 2) return <svg className="kpi-trend" viewBox={`0 0 ${WIDE} ${HIGH}`} aria-hidden="true" />
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const x = (index: number): number => 2 + (index * (WIDE - 4)) / (values.length - 1)
  const y = (value: number): number =>
    high === low ? HIGH / 2 : HIGH - 3 - ((value - low) * (HIGH - 6)) / (high - low)
  let pen = 'M'
  const path = values
    .flatMap((value, index) => {
      if (value === null) {
        pen = 'M'
        return []
      }
      const step = `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
      pen = 'L'
      return [step]
    })
    .join('')
  const last = values.findLastIndex(value => value !== null)
  return (
    <svg className="kpi-trend" viewBox={`0 0 ${WIDE} ${HIGH}`} aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
      <circle cx={x(last)} cy={y(values[last] ?? 0)} r="2" fill="currentColor" />
    </svg>
  )
}
