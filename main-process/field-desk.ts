// The worker's page as the API gets it: the store's, with every first sight of a job told to whoever looks at it, and every photo.
import type { Field } from '../api/field-ports.ts'
import type { Photos } from '../api/ports.ts'
import type { Store } from '../store/open.ts'
import type { Changes } from './changes.ts'

export const openField = (field: Store['field'], changes: Pick<Changes, 'publish'>): Field => ({
  sheet: of => field.sheet(of),
  see: async sighting => {
    if (await field.see(sighting)) changes.publish({ type: 'job', id: sighting.jobId })
  },
})

/** A photo of what was reported is told to whoever looks at the incident. */
export const openPhotos = (photos: Store['photos'], changes: Pick<Changes, 'publish'>): Photos => ({
  take: async photo => {
    const taken = await photos.take(photo)
    if (!photo.jobId && photo.incidentId) changes.publish({ type: 'incident', id: photo.incidentId })
    return taken
  },
})
