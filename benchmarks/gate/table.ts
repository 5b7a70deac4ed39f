// The gate's answer as a table for people.

import type { BudgetVerdict } from './budget.ts'
import { type GateResult, hasFailed, type StageResult } from './gate.ts'
import type { Comparison } from './statistics.ts'

const HEAD = ['stage', 'pairs', 'CPU: ratio', 'clock: ratio', 'ms a unit', 'limit', 'kernels', ''] as const

export function tableOf({ stages, whole, passed, seconds }: GateResult): string {
  const rows = [HEAD, ...stages.map(rowOf), ...(whole ? [wholeRow(whole)] : [])]
  const widths = HEAD.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const lines = rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const verdict = passed ? 'the gate is passed' : 'THE GATE IS NOT PASSED'
  return [...lines, `${verdict} (${Math.round(seconds)} s)`].join('\n')
}

function rowOf(result: StageResult): readonly string[] {
  const { stage, cpu, wall, budget } = result
  return [stage, String(cpu.pairs), ratio(cpu), wall ? ratio(wall) : '', ...costs(budget), said(result)]
}

function wholeRow(whole: BudgetVerdict): readonly string[] {
  return ['whole', '', '', '', ...costs(whole), whole.missed ? 'OVER BUDGET' : '']
}

function costs({ costMs, kernels, limitMs }: BudgetVerdict): readonly string[] {
  return [costMs?.median.toFixed(2) ?? '–', limitMs.toFixed(0), kernels?.toFixed(3) ?? '–']
}

/** "1.02 (0.99–1.04)" */
function ratio({ ratio: found }: Comparison): string {
  return found ? `${found.median.toFixed(3)} (${found.low.toFixed(3)}–${found.high.toFixed(3)})` : '–'
}

function said(result: StageResult): string {
  const { cpu, wall, budget } = result
  const told = (name: string, comparison: Comparison | undefined) =>
    comparison && comparison.verdict !== 'pass' ? [`${name} ${comparison.verdict}: ${comparison.reason}`] : []
  const words = [...told('CPU', cpu), ...told('clock', wall), ...(budget.missed ? ['OVER BUDGET'] : [])]
  return words.length === 0 ? 'pass' : `${hasFailed(result) ? 'FAILED: ' : ''}${words.join('; ')}`
}
