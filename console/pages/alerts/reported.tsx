// What somebody in the street, or at a camera's picture, said of an incident that no rule has seen.
import type { IncidentDetail } from '../../client/records.ts'
import { amapLink } from '../../parts/navigation.ts'
import { useWords } from '../../words/words.ts'
import { ALERTS } from './words.ts'

/** No network found it: models are named so where people did (core/incident.ts, dispatch/reports.ts). */
export const isReported = ({ incident }: IncidentDetail): boolean =>
  ['person', 'resident'].includes(incident.reason.model.name)

export function Reported({ detail: { incident, events, report } }: { readonly detail: IncidentDetail }) {
  const words = useWords(ALERTS)
  const opened = events.find(({ event }) => event === 'opened')
  const resident = incident.reason.model.name === 'resident'
  // A resident's event names their report.
  const note = report ? report.description : resident ? null : opened?.note
  return (
    <section className="alert-facts">
      <h3>{words.reportedHead}</h3>
      <dl className="alert-table">
        <dt>{words.reportedBy}</dt>
        <dd>{resident ? words.reportedByResident(report?.via ?? '') : opened?.actor}</dd>
        {note && (
          <>
            <dt>{words.reportedNote}</dt>
            <dd>{note}</dd>
          </>
        )}
        {report?.address && (
          <>
            <dt>{words.reportedAddress}</dt>
            <dd>{report.address}</dd>
          </>
        )}
        {report?.spot && (
          <>
            <dt>{words.reportedSpot}</dt>
            <dd>
              <a href={amapLink(report.spot, report.address ?? words.reported)} target="_blank" rel="noreferrer">
                {report.spot.lat.toFixed(5)}, {report.spot.lon.toFixed(5)}
              </a>
            </dd>
          </>
        )}
      </dl>
      {report && <p className="quiet">{words.reportedCloses}</p>}
    </section>
  )
}
