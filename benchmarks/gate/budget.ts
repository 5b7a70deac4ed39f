// The latency budget: benchmarks/budget.json, and whether what was measured stays within it, given how fast this machine is.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import { STAGE_NAMES, type StageName } from './stages/stage.ts'
import { type Estimate, estimate } from './statistics.ts'

const milliseconds = z.number().positive()
const schema = z
  .strictObject({
    what: z.string(),
    kernelMs: milliseconds.describe('CPU time of the calibration kernel on the reference machine'),
    wholeMs: milliseconds,
    elsewhereMs: milliseconds.describe('the way between the stages: sockets, processes, the event loop'),
    stages: z.strictObject(
      Object.fromEntries(STAGE_NAMES.map(name => [name, milliseconds])) as Record<StageName, typeof milliseconds>,
    ),
  })
  .refine(({ wholeMs, elsewhereMs, stages }) => {
    const sum = Object.values(stages).reduce((total, shareMs) => total + shareMs, elsewhereMs)
    return Math.abs(sum - wholeMs) < 1e-6
  }, 'the shares of the stages and of what lies between them are not the whole')

export type Budget = z.output<typeof schema>

/** @throws JiemuError file-unreadable or options-invalid, naming the field */
export async function readBudget(root: string): Promise<Budget> {
  const file = join(root, 'benchmarks/budget.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new JiemuError('file-unreadable', { file, problem: error.code ?? error.message }, error)
  })
  return parseBudget(text, file)
}

/** @throws JiemuError options-invalid, naming the field */
export function parseBudget(text: string, file: string): Budget {
  const invalid = (problem: string) => new JiemuError('options-invalid', { where: file, problem })
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw invalid((error as Error).message)
  }
  const parsed = schema.safeParse(document)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(`${issue?.path.join('.') || 'whole file'}: ${issue?.message}`)
}

/** What one unit of a stage took, and the kernel beside it. */
export interface Cost {
  readonly ms: number
  readonly kernelMs: number
}

export interface BudgetVerdict {
  /** A unit's cost as it would be on the reference machine; null where nothing was measured. */
  readonly costMs: Estimate | null
  /** The same in runs of the kernel, on any machine. */
  readonly kernels: number | null
  readonly limitMs: number
  /** Even the lower end of the interval lies above the limit: neither this machine nor its noise explains that. */
  readonly missed: boolean
}

/** @param comparisons how many budgets are judged together */
export function judgeBudget(
  costs: readonly Cost[],
  limitMs: number,
  { kernelMs }: Pick<Budget, 'kernelMs'>,
  comparisons: number,
): BudgetVerdict {
  const costMs = estimate(
    costs.map(cost => (cost.ms / cost.kernelMs) * kernelMs),
    comparisons,
  )
  return {
    costMs,
    kernels: costMs && costMs.median / kernelMs,
    limitMs,
    missed: costMs !== null && costMs.low > limitMs,
  }
}

/** The stages one after the other, as a frame goes; missed where even the sum of the lower ends is above the limit. */
export function judgeWhole(
  stages: readonly BudgetVerdict[],
  { wholeMs, elsewhereMs, kernelMs }: Budget,
): BudgetVerdict {
  const limitMs = wholeMs - elsewhereMs
  const costs = stages.flatMap(({ costMs }) => (costMs ? [costMs] : []))
  const sum = (field: keyof Estimate) => costs.reduce((total, cost) => total + cost[field], 0)
  const costMs = costs.length > 0 ? { median: sum('median'), low: sum('low'), high: sum('high') } : null
  return {
    costMs,
    kernels: costMs && costMs.median / kernelMs,
    limitMs,
    missed: costMs !== null && costMs.low > limitMs,
  }
}
