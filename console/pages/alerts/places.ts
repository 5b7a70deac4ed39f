// Where something is, in words: the names of the camera and its zone, where this person may see cameras.
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { queries } from '../../client/queries.ts'
import type { Camera, Incident } from '../../client/records.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN, wordOf } from '../../words/domain.ts'
import { amountOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { ALERTS } from './words.ts'

type Placed = Pick<Incident, 'cameraId' | 'zoneId' | 'gridId' | 'kind' | 'subject'>

/** core/camera.ts: no camera saw it. */
const isReport = (cameraId: string): boolean => cameraId.startsWith('@')
/** core/camera.ts: no zone's, but one of our people's. */
const isOwn = (zoneId: string): boolean => zoneId === '@hand'

export interface Places {
  placeOf(incident: Placed): string
  /** What of a place or camera it is about, where that says something to a person. */
  subjectOf(incident: Placed): string
  cameraOf(id: string): Camera | undefined
}

export function usePlaces(): Places {
  const { may } = useSession()
  const { data } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const { views } = useWords(DOMAIN)
  const { reported, reportedByOwn } = useWords(ALERTS)
  const cameras = useMemo(() => new Map((data?.items ?? []).map(camera => [camera.id, camera])), [data])
  const cameraOf = useCallback((id: string) => cameras.get(id), [cameras])
  const placeOf = useCallback(
    ({ cameraId, zoneId, gridId }: Placed) => {
      // What people in the street report was seen by no camera.
      if (isReport(cameraId)) return `${isOwn(zoneId) ? reportedByOwn : reported} · ${gridId}`
      const camera = cameras.get(cameraId)
      const zone = camera?.zones.find(({ id }) => id === zoneId)
      // A fault of the camera has no zone that anybody drew.
      const names = [
        camera?.name ?? cameraId,
        zone?.name ?? (zoneId === 'camera-health' || isOwn(zoneId) ? undefined : zoneId),
      ]
      return [...new Set(names)].filter(Boolean).join(' · ')
    },
    [cameras, reported, reportedByOwn],
  )
  const subjectOf = useCallback(
    ({ kind, subject }: Placed) => (kind === 'camera-health' ? wordOf(views, subject) : ''),
    [views],
  )
  return useMemo(() => ({ placeOf, subjectOf, cameraOf }), [placeOf, subjectOf, cameraOf])
}

/** 23人, 8分12秒: what the rule measured. */
export const measureOf = ({ measure }: Pick<Incident, 'measure'>): string =>
  measure.name === 'fault' ? '' : amountOf(measure.value, measure.unit)
