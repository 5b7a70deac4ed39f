// The worker's page as the API gets it: the store's, with every first sight of a job told to whoever looks at it.
import type { Field } from '../api/field-ports.ts'
import type { Store } from '../store/open.ts'
import type { Changes } from './changes.ts'

export const openField = (field: Store['field'], changes: Pick<Changes, 'publish'>): Field => ({
  sheet: of => field.sheet(of),
  see: async sighting => {
    if (await field.see(sighting)) changes.publish({ type: 'job', id: sighting.jobId })
  },
})
