// What the API needs to open an incident that somebody of ours saw; app.ts wires it.
import type { Position } from '../core/geo.ts'
import type { Box } from '../core/geometry.ts'
import type { CameraId, GridId, IncidentId, StreetId } from '../core/ids.ts'
import type { Severity, ZONE_RULES } from '../core/observation.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'

interface Told {
  readonly kind: (typeof ZONE_RULES)[number]
  readonly severity: Severity
  readonly note: string | null
}

export interface NewHandReport extends Told {
  readonly cameraId: CameraId
  /** As it was drawn on the camera's picture. */
  readonly box: Box
  /** Of the still that it was drawn on: that one is kept, if it is still known, else the newest. */
  readonly takenAt: EpochMs | null
}

/** Where it lies, as far as whoever reports it says so. */
export interface ToldPlace {
  readonly spot: Position | null
  readonly gridId: GridId | null
}

export interface NewStreetReport extends Told, ToldPlace {
  readonly address: string | null
}

/** Who reports; of whoever does not decide on alerts an operator confirms it. */
export interface Reporting {
  readonly actor: Actor
  readonly decides: boolean
}

export interface HandReports {
  /**
   * Opens it with the picture that was drawn on, clean and with the box drawn in, or with the camera's newest. The same
   * key of the same person twice is one incident.
   * @throws JiemuError not-found
   */
  open(report: NewHandReport, reporting: Reporting, key: string): Promise<IncidentId>
  /**
   * Whose a place is: the grid that was named, else that of the camera nearest to it, else the first of the team of
   * whoever reports.
   * @throws JiemuError report-nowhere
   */
  gridOf(place: ToldPlace, actor: Actor): Promise<{ readonly streetId: StreetId; readonly gridId: GridId }>
  /** Opens what no camera shows; likewise once per key. @throws JiemuError report-nowhere */
  openInStreet(report: NewStreetReport, reporting: Reporting, key: string): Promise<IncidentId>
}
