// The store on PGlite, in process.
import { configurationContract } from '../tests/support/configuration-contract.ts'
import { openTestStore } from '../tests/support/embedded.ts'
import { storeContract } from '../tests/support/store-contract.ts'

storeContract('PGlite', () => openTestStore())
configurationContract('PGlite', () => openTestStore())
