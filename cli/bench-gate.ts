// `jiemu bench gate`: is this commit slower than the one it grew from?
import { measure, type PlantedStage, prepare } from '../benchmarks/gate/gate.ts'
import { STAGE_NAMES, type StageName } from '../benchmarks/gate/stages/stage.ts'
import { tableOf } from '../benchmarks/gate/table.ts'
import { JiemuError } from '../core/errors.ts'
import { Scope } from '../core/scope.ts'

export interface GateCommandOptions {
  /** Of measuring and of what comes before. */
  readonly minutes: number
  readonly against?: string
  readonly stages?: readonly string[]
  /** "decode=1.2" */
  readonly plant?: string
}

/** Runs from the root of a built checkout; the exit code is 1 where the gate is not passed. */
export async function gate({ minutes, against, stages, plant }: GateCommandOptions): Promise<void> {
  const asked = { ...(stages && { stages: stages.map(stageNamed) }), ...(plant && { plant: readPlant(plant) }) }
  const startedAt = performance.now()
  await using scope = new Scope()
  const prepared = await prepare(scope, process.cwd(), against)
  if ('skipped' in prepared) {
    console.log(`the paired gate is skipped: ${prepared.skipped}`)
    return
  }
  const { commit, relation, stages: whose } = prepared.baseline
  console.log(
    `against ${commit.slice(0, 7)} (${relation}), each with ${whose === 'present' ? 'the same' : 'its own'} stages`,
  )
  const left = minutes - (performance.now() - startedAt) / 60_000
  const onLaunch = (stage: StageName, pairs: number) => console.error(`${stage}: ${pairs} pairs`)
  const result = await measure(prepared, { ...asked, minutes: left, onLaunch })
  console.log(tableOf(result))
  if (!result.passed) process.exitCode = 1
}

function stageNamed(text: string): StageName {
  const found = STAGE_NAMES.find(name => name === text)
  if (found) return found
  throw new JiemuError('request-invalid', { problem: `there is no stage "${text}"; known: ${STAGE_NAMES.join(', ')}` })
}

function readPlant(text: string): PlantedStage {
  const [stage = '', factor = ''] = text.split('=')
  if (Number(factor) > 1) return { stage: stageNamed(stage), factor: Number(factor) }
  throw new JiemuError('request-invalid', { problem: '--plant is a stage and a factor above 1: decode=1.2' })
}
