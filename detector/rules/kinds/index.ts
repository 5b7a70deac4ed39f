// The table of rules: one line per kind. The configuration's schema, the checks and the documentation iterate it.
import type { AnyKind } from '../../../core/kind.ts'
import type { Rule, RuleStart } from '../../rule.ts'
import { cameraHealth } from './camera-health.ts'
import { crowding } from './crowding.ts'
import { dirtyRoad } from './dirty-road.ts'
import { illegalParking } from './illegal-parking.ts'
import { overflowingBin } from './overflowing-bin.ts'

export const RULE_TABLE: readonly AnyKind<RuleStart, Rule>[] = [
  illegalParking,
  crowding,
  overflowingBin,
  dirtyRoad,
  cameraHealth,
]
