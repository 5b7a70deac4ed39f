// What the API needs to open an incident by hand; app.ts wires it.
import type { Box } from '../core/geometry.ts'
import type { CameraId, IncidentId } from '../core/ids.ts'
import type { Severity, ZONE_RULES } from '../core/observation.ts'
import type { Actor } from '../core/permission.ts'

export interface NewHandReport {
  readonly cameraId: CameraId
  readonly kind: (typeof ZONE_RULES)[number]
  /** As it was drawn on the camera's picture. */
  readonly box: Box
  readonly severity: Severity
  readonly note: string | null
}

export interface HandReports {
  /**
   * Opens it as confirmed, with the camera's newest picture where there is one. The same key of the same person twice is
   * one incident.
   * @throws JiemuError not-found
   */
  open(report: NewHandReport, actor: Actor, key: string): Promise<IncidentId>
}
