// The figures, the standings of grids and the board on PGlite, in process.
import { boardContract } from '../tests/support/board-contract.ts'
import { openTestStore } from '../tests/support/embedded.ts'
import { kpiContract } from '../tests/support/kpi-contract.ts'
import { sightContract } from '../tests/support/sight-contract.ts'
import { standingContract } from '../tests/support/standing-contract.ts'

kpiContract('PGlite', () => openTestStore())
sightContract('PGlite', () => openTestStore())
boardContract('PGlite', () => openTestStore())
standingContract('PGlite', () => openTestStore())
