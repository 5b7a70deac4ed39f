// The worker's page in memory for the API's own tests: a sheet without jobs, and a note of what was seen.
import type { Field } from '../../api/field-ports.ts'

/** @param command notes what was asked, by name */
export const fakeField = (command: (name: string) => (...given: unknown[]) => Promise<void>): Field => ({
  sheet: async of => {
    await command('sheet')(of)
    return { worker: null, onShift: null, jobs: [], today: { handled: 0, onTime: 0 } }
  },
  see: command('see'),
})
