// Dispatch on the embedded database, which also holds the queue.
import { deskContract } from '../tests/support/desk-contract.ts'
import { openTestStore } from '../tests/support/embedded.ts'

deskContract('PGlite', () => openTestStore())
