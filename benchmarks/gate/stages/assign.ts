// Stage assign: the worker takes an assignment's row, and the job has its team.
import { openDesk } from './desk.ts'
import type { Stage } from './stage.ts'

export const assign: Stage = {
  name: 'assign',
  unit: 'a job given to a team',
  felt: 'wall',
  async open({ folder }, scope) {
    const { outbox, park } = await openDesk(folder, scope)
    return async count => {
      const rows = await park(count, 'assign')
      return async after => {
        for (const { id, dueAt } of rows) {
          await outbox.perform(id, dueAt)
          await after()
        }
      }
    }
  },
}
