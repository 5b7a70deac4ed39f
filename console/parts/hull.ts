// The area around a handful of places: their convex hull, widened.
type LonLat = readonly [lon: number, lat: number]

const EARTH_M = 111_320
/** A disc in so many corners. */
const CORNERS = 16

/**
 * Andrew's monotone chain (1979) over discs around the places, so that one place alone has an area, too.
 * @param marginM metres around each place
 * @returns corners as [lon, lat], the first again at the end; none without places
 */
export function hullAround(places: readonly LonLat[], marginM: number): readonly LonLat[] {
  const points = places.flatMap(([lon, lat]) =>
    Array.from({ length: CORNERS }, (_, corner): LonLat => {
      const angle = (2 * Math.PI * corner) / CORNERS
      const north = (marginM * Math.sin(angle)) / EARTH_M
      const east = (marginM * Math.cos(angle)) / (EARTH_M * Math.cos((lat * Math.PI) / 180))
      return [lon + east, lat + north]
    }),
  )
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
  const half = (from: readonly LonLat[]): LonLat[] => {
    const chain: LonLat[] = []
    for (const point of from) {
      while (chain.length >= 2 && !turnsLeft(chain.at(-2), chain.at(-1), point)) chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  const ring = [...half(sorted), ...half(sorted.toReversed())]
  const [first] = ring
  return first ? [...ring, first] : []
}

function turnsLeft(a: LonLat | undefined, b: LonLat | undefined, c: LonLat): boolean {
  if (!a || !b) return true
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0
}
