// `jiemu precision`: a table of how often what the cameras report is so, and why it is not.
import { columns } from '../benchmarks/columns.ts'
import {
  type AlertFigures,
  alertFigures,
  FEW_VERDICTS,
  type PrecisionGroup,
  type Rate,
} from '../core/alert-precision.ts'
import { JiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import type { RuleKind } from '../core/observation.ts'
import { dayOf, periodOf } from '../core/periods.ts'
import { systemClock } from '../core/time.ts'
import type { ConfigOptions } from './check.ts'
import { withStore } from './with-store.ts'

export interface PrecisionOptions extends ConfigOptions {
  readonly from?: string
  readonly to?: string
  readonly by: PrecisionGroup
  readonly kind?: RuleKind
  readonly camera?: string
  readonly json: boolean
}

const USUAL_DAYS = 30
const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** @throws JiemuError request-invalid where a day is none */
export async function printPrecision(options: PrecisionOptions): Promise<void> {
  const to = options.to ?? dayOf(systemClock.now())
  const from = options.from ?? dayOf(periodOf(to, to).from - (USUAL_DAYS - 1) * DAY_MS)
  for (const day of [from, to]) {
    if (!DAY.test(day) || Number.isNaN(Date.parse(day))) {
      throw new JiemuError('request-invalid', { problem: `"${day}" is no day: expected YYYY-MM-DD` })
    }
  }
  const { kind, camera } = options
  const wanted = { ...periodOf(from, to), ...(kind && { kind }), ...(camera && { cameraId: camera as CameraId }) }
  const figures = await withStore(options, async ({ verdicts }) =>
    alertFigures(await verdicts.counts(wanted), await verdicts.watched(wanted), await verdicts.watching(), options.by),
  )
  if (options.json) console.log(JSON.stringify(figures, null, 2))
  else console.log(precisionTable(figures, `${from} to ${to}`))
}

const HEAD = [
  '',
  'confirmed',
  'rejected',
  'undecided',
  'precision',
  'false/camera-day',
  'why rejected',
  'what came of it',
]

export function precisionTable(figures: readonly AlertFigures[], period: string): string {
  if (figures.length === 0) return `no alerts from ${period}`
  const few = figures.some(of => of.few)
  return [
    `alerts from ${period}; intervals of 95 %`,
    columns([HEAD, ...figures.map(row)]),
    ...(few ? [`* fewer than ${FEW_VERDICTS} verdicts: too few to act on`] : []),
  ].join('\n')
}

function row(of: AlertFigures): readonly string[] {
  const name = of.day ?? ([of.cameraId, of.zoneId, of.kind].filter(part => part !== null).join('/') || 'in all')
  return [
    of.few ? `${name} *` : name,
    String(of.confirmed),
    String(of.rejected),
    String(of.autoConfirmed + of.expired + of.pending),
    told(of.precision, 2),
    told(of.falseAlarmsPerCameraDay, 1),
    listed(of.reasons),
    listed(of.outcomes),
  ]
}

const told = (rate: Rate | null, digits: number): string =>
  rate ? `${rate.value.toFixed(digits)} (${rate.low.toFixed(digits)}–${rate.high.toFixed(digits)})` : '–'

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || '–'
