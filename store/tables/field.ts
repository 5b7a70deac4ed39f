// The tables of the worker's page: who saw which job, and what phones say of photos.
import type { PhotoClaim, Sighting } from '../../core/field-work.ts'
import type { EvidenceId } from '../../core/ids.ts'

export interface FieldTables {
  readonly jobSightings: Sighting
  readonly photoClaims: PhotoClaim & { readonly evidenceId: EvidenceId }
}
