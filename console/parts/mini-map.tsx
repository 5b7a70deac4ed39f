// A small map of one incident and what is open near it, for beside a case; loaded when it is first shown.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Position } from '../../core/geo.ts'
import { queries } from '../client/queries.ts'
import type { Incident } from '../client/records.ts'
import { DOMAIN } from '../words/domain.ts'
import { useWords } from '../words/words.ts'
import { incidentPlaces } from './map-places.ts'
import { StreetMap } from './street-map.tsx'
import './mini-map.css'

interface MiniMapProps {
  readonly incident: Incident
  readonly near: readonly Incident[]
  /** Where what no camera shows lies, by incident. */
  readonly spots: ReadonlyMap<string, Position>
  readonly label: string
  readonly onChoose: (incidentId: string) => void
}

export default function MiniMap({ incident, near, spots, label, onChoose }: MiniMapProps) {
  const domain = useWords(DOMAIN)
  const { data: cameras } = useQuery(queries.cameras())
  const places = useMemo(
    () => incidentPlaces([incident, ...near], cameras?.items ?? [], { domain, online: '', offline: '' }, spots),
    [incident, near, spots, cameras, domain],
  )
  const points = useMemo(() => places.map(({ point }) => point), [places])
  const here = places.find(place => place.shape === 'incident' && place.incidents.some(({ id }) => id === incident.id))
  // A camera whose position nobody has entered is on no map.
  if (!here) return null
  return (
    <div className="mini-map">
      <StreetMap
        points={points}
        chosen={here.point.id}
        label={label}
        onChoose={id => {
          const place = places.find(({ point }) => point.id === id)
          if (place?.shape === 'incident' && place !== here && place.incidents[0]) onChoose(place.incidents[0].id)
        }}
      />
    </div>
  )
}
