// Stage commit: observations through the ledger into the store, with the events, the job and the work that follow from them.
import { takeIn } from '../../../dispatch/ledger.ts'
import { observation, T0 } from '../../../dispatch/testing/examples.ts'
import { openDesk } from './desk.ts'
import type { Stage } from './stage.ts'

export const commit: Stage = {
  name: 'commit',
  unit: 'an observation taken in',
  felt: 'wall',
  async open({ folder }, scope) {
    const { transact, nextCar } = await openDesk(folder, scope)
    let car = nextCar()
    let taken = 0
    /** Each car opens an incident, extends it, and clears it. */
    const next = () => {
      const step = taken++ % 3
      if (step === 0) car = nextCar()
      return observation({ ...car, at: T0 + step * 10_000, ...(step === 2 && { phase: 'ended' }) })
    }
    return async count => async after => {
      for (let done = 0; done < count; done++) {
        await takeIn(transact, next())
        await after()
      }
    }
  },
}
