// A map of places: points that can be opened and areas behind them, complete without anything from the network.
//
// Markers are buttons of the page, not pictures of the canvas: a keyboard reaches them, and a screen reader names them.

import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import {
  AttributionControl,
  type GeoJSONSource,
  LngLatBounds,
  Map as MapLibre,
  Marker,
  NavigationControl,
  ScaleControl,
  type StyleSpecification,
  setWorkerUrl,
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { useEffect, useRef, useState } from 'react'
import type { Position } from '../../core/geo.ts'
import { read } from '../client/http.ts'
import { useLook } from '../shell/theme.ts'
import { useWords } from '../words/words.ts'
import { MAP_WORDS } from './street-map-words.ts'
import 'maplibre-gl/dist/maplibre-gl.css'
import './street-map.css'

setWorkerUrl(workerUrl)

export interface MapPoint {
  readonly id: string
  readonly lat: number
  readonly lon: number
  readonly shape: 'camera' | 'incident' | 'job' | 'worker' | 'pin'
  /** One or two characters: which kind, or how many. */
  readonly mark: string
  /** What a screen reader says, and a hover. */
  readonly label: string
  /** Severity, for what has one; `quiet` for what is off. */
  readonly colour?: 'blue' | 'yellow' | 'orange' | 'red' | 'quiet' | undefined
}

export interface MapArea {
  readonly id: string
  readonly name: string
  readonly colour: string
  /** Corners as [lon, lat]; the first again at the end. */
  readonly ring: readonly (readonly [number, number])[]
}

interface StreetMapProps {
  readonly points: readonly MapPoint[]
  readonly areas?: readonly MapArea[]
  readonly chosen?: string | undefined
  readonly onChoose?: (id: string) => void
  /** Somebody marks a spot: by a click, or the middle of the map by its button, for which arrow keys move the map. */
  readonly onPick?: (spot: Position) => void
  readonly label: string
}

interface Tiles {
  readonly tiles: string | null
  readonly attribution: string
}

/** In pixels: what belongs to one place lies around it, not upon another. */
const OFFSETS: Readonly<Record<MapPoint['shape'], [number, number]>> = {
  camera: [0, 12],
  incident: [0, -14],
  job: [30, -14],
  worker: [-26, 0],
  // It says exactly where.
  pin: [0, 0],
}

const webGlWorks = (): boolean => document.createElement('canvas').getContext('webgl2') !== null

/** In WGS-84 throughout; links that lead to Chinese maps are converted (parts/navigation.ts). */
export function StreetMap({ points, areas = [], chosen, onChoose, onPick, label }: StreetMapProps) {
  const words = useWords(MAP_WORDS)
  const look = useLook()
  const [works] = useState(webGlWorks)
  const holder = useRef<HTMLElement>(null)
  const map = useRef<MapLibre | undefined>(undefined)
  const markers = useRef(new Map<string, Marker>())
  const fitted = useRef(false)
  const choose = useRef(onChoose)
  choose.current = onChoose
  const pick = useRef(onPick)
  pick.current = onPick
  const { data: tiles } = useQuery({
    queryKey: ['map-tiles'],
    queryFn: () => read<Tiles>('/api/map'),
    staleTime: Number.POSITIVE_INFINITY,
  })

  useEffect(() => {
    if (!works || !holder.current || !tiles) return
    const drawn = new MapLibre({
      container: holder.current,
      style: styleOf(look, tiles),
      center: [120.17, 30.26],
      zoom: 12,
      attributionControl: false,
      // The wheel scrolls the page unless the map is meant.
      cooperativeGestures: false,
      dragRotate: false,
      pitchWithRotate: false,
    })
    drawn.addControl(new NavigationControl({ showCompass: false }), 'top-right')
    drawn.addControl(new ScaleControl(), 'bottom-left')
    if (tiles.attribution) drawn.addControl(new AttributionControl({ customAttribution: tiles.attribution }))
    drawn.touchZoomRotate.disableRotation()
    drawn.on('click', ({ lngLat }) => pick.current?.(spotOf(lngLat)))
    map.current = drawn
    fitted.current = false
    return () => {
      markers.current.clear()
      map.current = undefined
      drawn.remove()
    }
  }, [works, look, tiles])

  useEffect(() => {
    const drawn = map.current
    if (!drawn || !tiles || !look) return
    const draw = (): void => {
      const source = drawn.getSource<GeoJSONSource>('areas')
      source?.setData({ type: 'FeatureCollection', features: areas.map(featureOf) })
    }
    if (drawn.isStyleLoaded()) draw()
    else drawn.once('load', draw)
    return () => {
      drawn.off('load', draw)
    }
  }, [areas, tiles, look])

  useEffect(() => {
    const drawn = map.current
    if (!drawn || !tiles || !look) return
    const wanted = new Map(points.map(point => [point.id, point] as const))
    for (const [id, marker] of markers.current) {
      if (wanted.has(id)) continue
      marker.remove()
      markers.current.delete(id)
    }
    for (const point of points) {
      const known = markers.current.get(point.id)
      const marker = known ?? new Marker({ element: document.createElement('button'), offset: OFFSETS[point.shape] })
      dress(marker.getElement(), point, point.id === chosen)
      marker.getElement().onclick = () => choose.current?.(point.id)
      marker.setLngLat([point.lon, point.lat])
      if (!known) markers.current.set(point.id, marker.addTo(drawn))
    }
    if (!fitted.current && points.length > 0) {
      fitted.current = true
      const bounds = new LngLatBounds()
      for (const { lon, lat } of points) bounds.extend([lon, lat])
      drawn.fitBounds(bounds, { padding: 64, maxZoom: 16, animate: false })
    }
  }, [points, chosen, tiles, look])

  if (!works) return <p className="street-map-none">{words.noWebGl}</p>
  const drawing = <section ref={holder} className="street-map" aria-label={label} data-points={points.length} />
  if (!onPick) return drawing
  return (
    <div className="street-map-picking">
      {drawing}
      <span className="street-map-middle" aria-hidden="true">
        ＋
      </span>
      <Button
        size="small"
        onClick={() => {
          const middle = map.current?.getCenter()
          if (middle) onPick(spotOf(middle))
        }}
      >
        {words.pickMiddle}
      </Button>
    </div>
  )
}

/** To a metre. */
const spotOf = ({ lat, lng }: { readonly lat: number; readonly lng: number }): Position => ({
  lat: Number(lat.toFixed(5)),
  lon: Number(lng.toFixed(5)),
})

function dress(element: HTMLElement, { shape, mark, label, colour }: MapPoint, chosen: boolean): void {
  const names = ['street-map-point', shape, ...(colour ? [colour] : []), ...(chosen ? ['chosen'] : [])]
  // MapLibre keeps classes of its own on the element.
  for (const name of [...element.classList]) if (!name.startsWith('maplibregl-')) element.classList.remove(name)
  element.classList.add(...names)
  element.setAttribute('aria-label', label)
  element.title = label
  // Not its text: what it is called begins with the name of the place.
  element.dataset.mark = mark
}

const featureOf = ({ name, colour, ring }: MapArea) => ({
  type: 'Feature' as const,
  properties: { name, colour },
  geometry: { type: 'Polygon' as const, coordinates: [ring.map(([lon, lat]) => [lon, lat])] },
})

/** Meridians and parallels of a hundredth of a degree (about a kilometre): something to hold on to where there are no tiles. */
function graticule() {
  const lines: number[][][] = []
  for (let step = 0; step <= 120; step++) {
    const lon = 119.6 + step / 100
    const lat = 29.7 + step / 100
    lines.push(
      [
        [lon, 29.7],
        [lon, 30.9],
      ],
      [
        [119.6, lat],
        [120.8, lat],
      ],
    )
  }
  return {
    type: 'FeatureCollection' as const,
    features: [
      {
        type: 'Feature' as const,
        properties: {},
        geometry: { type: 'MultiLineString' as const, coordinates: lines },
      },
    ],
  }
}

function styleOf(look: 'dark' | 'light', { tiles }: Tiles): StyleSpecification {
  const dark = look === 'dark'
  return {
    version: 8,
    sources: {
      areas: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
      ...(tiles
        ? { tiles: { type: 'raster' as const, tiles: [new URL(tiles, location.href).href], tileSize: 256 } }
        : { graticule: { type: 'geojson' as const, data: graticule() } }),
    },
    layers: [
      { id: 'background', type: 'background', paint: { 'background-color': dark ? '#12171c' : '#eef1f3' } },
      tiles
        ? { id: 'tiles', type: 'raster', source: 'tiles', paint: { 'raster-opacity': dark ? 0.55 : 0.9 } }
        : {
            id: 'graticule',
            type: 'line',
            source: 'graticule',
            paint: { 'line-color': dark ? '#222a32' : '#dde2e6', 'line-width': 1 },
          },
      { id: 'areas', type: 'fill', source: 'areas', paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': 0.16 } },
      { id: 'borders', type: 'line', source: 'areas', paint: { 'line-color': ['get', 'colour'], 'line-width': 1.5 } },
    ],
  }
}
