// A figure as it is read: a share in percent, false alarms as an amount, a dash where nothing was counted.
import type { Figure, KpiName } from '../../../core/kpi.ts'
import { percentOf } from '../../words/format.ts'

export const kpiText = (name: KpiName, { rate }: Pick<Figure, 'rate'>): string =>
  rate === null ? '—' : name === 'false-alarms' ? rate.toFixed(2) : percentOf(rate)
