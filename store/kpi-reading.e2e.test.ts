// The figures on PGlite, in process.
import { openTestStore } from '../tests/support/embedded.ts'
import { kpiContract } from '../tests/support/kpi-contract.ts'

kpiContract('PGlite', () => openTestStore())
