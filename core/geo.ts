// Distances on the ground between positions in WGS-84.

export interface Position {
  readonly lat: number
  readonly lon: number
}

/** IUGG mean radius. */
const EARTH_RADIUS_M = 6_371_008.8
const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Great-circle distance in metres by the haversine formula; within 0.5 % of the ellipsoid's. */
export function distanceM(one: Position, other: Position): number {
  const half = (from: number, to: number): number => Math.sin(radians(to - from) / 2) ** 2
  const chord =
    half(one.lat, other.lat) + Math.cos(radians(one.lat)) * Math.cos(radians(other.lat)) * half(one.lon, other.lon)
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)))
}

/** The smallest and largest latitude and longitude within `radiusM`: for an index, which knows no circles. */
export function boundsAround({ lat, lon }: Position, radiusM: number) {
  const latitudes = (radiusM / EARTH_RADIUS_M) * (180 / Math.PI)
  const longitudes = latitudes / Math.max(0.01, Math.cos(radians(lat)))
  return { south: lat - latitudes, north: lat + latitudes, west: lon - longitudes, east: lon + longitudes }
}
