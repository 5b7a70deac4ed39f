// The versions of a zone: who saved which, when; any can be looked at, and restored as a new one.
import { useQuery } from '@tanstack/react-query'
import { Button, Skeleton, Tag } from 'antd'
import { Nothing } from '../../../parts/nothing.tsx'
import { Unread } from '../../../parts/unread.tsx'
import { whenOf } from '../../../words/format.ts'
import { useWords } from '../../../words/words.ts'
import { deviceQueries, type ZoneVersion } from '../devices-client.ts'
import { TRIAL } from './trial-words.ts'

interface VersionsProps {
  readonly camera: string
  /** Of which zone; null: of those that are retired. */
  readonly zone: string | null
  readonly present: readonly string[]
  readonly readOnly: boolean
  show(version: ZoneVersion): void
  restore(version: ZoneVersion): void
}

export function VersionsPanel({ camera, zone, present, readOnly, show, restore }: VersionsProps) {
  const words = useWords(TRIAL)
  const query = useQuery(deviceQueries.versions(camera))
  const versions = (query.data?.items ?? []).filter(({ id }) => (zone === null ? !present.includes(id) : id === zone))
  const newest = versions.filter(({ id }, index) => versions.findIndex(other => other.id === id) === index)
  const listed = zone === null ? newest : versions
  if (query.isPending) return <Skeleton active />
  if (listed.length === 0)
    return zone === null ? <Unread of={query} /> : <Nothing of={query} title={words.noVersions} />
  return (
    <div className="versions">
      {zone === null ? <h3>{words.retiredZones}</h3> : <p className="quiet">{words.versionsIntro}</p>}
      <ul>
        {listed.map(version => (
          <li key={`${version.id}-${version.version}`}>
            <span>
              <b>{zone === null ? version.name : words.version(version.version)}</b>{' '}
              {version.retiredAt === null && <Tag color="processing">{words.holds}</Tag>}
              <br />
              <span className="quiet">{words.by(version.createdBy, whenOf(version.createdAt))}</span>
            </span>
            <span className="versions-actions">
              {zone !== null && (
                <Button size="small" onClick={() => show(version)}>
                  {words.show}
                </Button>
              )}
              {version.retiredAt !== null && !readOnly && (
                <Button size="small" onClick={() => restore(version)}>
                  {words.restore}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
