// Notes for every incident of an assigned job how long it took from the frame.
import type { JobId } from '../core/ids.ts'
import type { Clock } from '../core/time.ts'
import type { Store } from '../store/open.ts'
import type { Metrics } from './metrics.ts'

export async function measureAssigned({ reading }: Pick<Store, 'reading'>, metrics: Metrics, id: JobId, clock: Clock) {
  const at = clock.now()
  const detail = await reading.job(id).catch(() => undefined)
  if (detail?.job.state !== 'assigned') return
  for (const incident of detail.incidents) metrics.assigned(incident.fingerprint, at)
}
