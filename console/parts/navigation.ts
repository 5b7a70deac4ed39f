// A link that opens a place in the phone's or the desk's own map, which counts in GCJ-02 as Chinese maps must.
import gcoord from 'gcoord'

/** @param lat WGS-84, as all positions inside are */
export function navigationUrl(lat: number, lon: number, name: string): string {
  const [x, y] = gcoord.transform([lon, lat], gcoord.WGS84, gcoord.GCJ02)
  const query = new URLSearchParams({
    position: `${x.toFixed(6)},${y.toFixed(6)}`,
    name,
    coordinate: 'gaode',
    callnative: '1',
  })
  return `https://uri.amap.com/marker?${query}`
}
