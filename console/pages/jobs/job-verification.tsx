// What the cameras saw when they looked again after the work was reported done.
import type { JobDetail } from '../../client/records.ts'
import { useCameraNames } from '../../client/use-camera-names.ts'
import { timeOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { JOBS } from './words.ts'

const SHAPES = { clear: '✓', there: '✗', blind: '?' } as const

export function JobVerification({ detail: { verification } }: { readonly detail: JobDetail }) {
  const words = useWords(JOBS).job
  const nameOf = useCameraNames()
  if (!verification) return null
  return (
    <section>
      <h2>{words.verification}</h2>
      <ul className="job-looks">
        {verification.looks.map(({ incidentId, cameraId, verdict, samples, at }) => (
          <li key={`${incidentId}.${cameraId}`}>
            <b>{verdict ? `${SHAPES[verdict]} ${words.verdicts[verdict]}` : words.looking}</b> {nameOf(cameraId)}{' '}
            {samples && (
              <span className="quiet">
                {(['clear', 'there', 'blind'] as const)
                  .filter(name => samples[name] > 0)
                  .map(name => `${words.verdicts[name]} ${samples[name]}`)
                  .join(' · ')}
              </span>
            )}{' '}
            {at !== null && <time className="quiet">{timeOf(at)}</time>}
          </li>
        ))}
      </ul>
    </section>
  )
}
