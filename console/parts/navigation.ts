// Links into map apps: AMap counts in GCJ-02, everything here in WGS-84.
import gcoord from 'gcoord'
import type { Position } from '../../core/geo.ts'

/** https://lbs.amap.com/api/uri-api/guide/travel/route: opens the app on a phone that has it, the web page elsewhere. */
export function amapLink({ lat, lon }: Position, name: string): string {
  const [x, y] = gcoord.transform([lon, lat], gcoord.WGS84, gcoord.GCJ02)
  const to = `${x.toFixed(6)},${y.toFixed(6)},${name.replaceAll(',', ' ')}`
  const query = new URLSearchParams({ to, mode: 'ride', coordinate: 'gaode', src: 'jiemu', callnative: '1' })
  return `https://uri.amap.com/navigation?${query}`
}

/** RFC 5870, which is WGS-84: whatever map the phone has. */
export const geoLink = ({ lat, lon }: Position): string => `geo:${lat.toFixed(6)},${lon.toFixed(6)}`
