// The figures and the standings of grids on PGlite, in process.
import { openTestStore } from '../tests/support/embedded.ts'
import { kpiContract } from '../tests/support/kpi-contract.ts'
import { sightContract } from '../tests/support/sight-contract.ts'
import { standingContract } from '../tests/support/standing-contract.ts'

kpiContract('PGlite', () => openTestStore())
sightContract('PGlite', () => openTestStore())
standingContract('PGlite', () => openTestStore())
