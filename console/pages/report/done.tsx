// What became of a report: dispatched at once, or waiting for an operator.
import { Button, Result } from 'antd'
import { Link } from 'react-router'
import type { Incident } from '../../client/records.ts'
import { useWords } from '../../words/words.ts'
import { REPORT } from './words.ts'

export interface Opened {
  readonly incidentId: string
  readonly review: Incident['review']
  readonly jobId: string | null
}

export function Done({ opened, onAnother }: { readonly opened: Opened; readonly onAnother: () => void }) {
  const words = useWords(REPORT)
  const waits = opened.review === 'pending'
  return (
    <Result
      status="success"
      title={waits ? words.doneWaits : words.done}
      subTitle={waits ? words.doneWaitsHint : words.doneHint}
      extra={[
        <Link key="incident" to={`/alerts/${encodeURIComponent(opened.incidentId)}`}>
          {words.toIncident}
        </Link>,
        opened.jobId && (
          <Link key="job" to={`/jobs/${encodeURIComponent(opened.jobId)}`}>
            {words.toJob}
          </Link>
        ),
        <Button key="another" onClick={onAnother}>
          {words.another}
        </Button>,
      ]}
    />
  )
}
