// A figure as it is read: a share in percent, false alarms as an amount, a dash where nothing or too little was counted.
import type { Figure, KpiName } from '../../../core/kpi.ts'
import { percentOf } from '../../words/format.ts'

/** Two false alarms in ten minutes are not 288 a day: below a whole camera-day there is no rate. */
const FEWEST_CAMERA_DAYS = 1

export function kpiText(name: KpiName, { rate, bottom }: Pick<Figure, 'rate' | 'bottom'>): string {
  if (rate === null || (name === 'false-alarms' && bottom < FEWEST_CAMERA_DAYS)) return '—'
  return name === 'false-alarms' ? rate.toFixed(2) : percentOf(rate)
}
