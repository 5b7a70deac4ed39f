// Map apps of the country count in GCJ-02: a link in WGS-84 would lead some 500 m off.
import { expect, test } from 'vitest'
import { distanceM } from '../../core/geo.ts'
import { amapLink, geoLink } from './navigation.ts'

const SPOT = { lat: 30.2612, lon: 120.1681 }

test('leads AMap to the place in its own coordinates, by its name, whatever that is', () => {
  const link = new URL(amapLink(SPOT, '五芳斋, <b>门口</b> & "3"'))
  expect(link.host).toBe('uri.amap.com')
  expect(link.searchParams.get('coordinate')).toBe('gaode')
  const [lon = 0, lat = 0, ...name] = link.searchParams.get('to')?.split(',') ?? []
  expect(name).toEqual(['五芳斋  <b>门口</b> & "3"'])
  const offM = distanceM(SPOT, { lat: Number(lat), lon: Number(lon) })
  // Around Hangzhou the two systems are some 500 m apart.
  expect(offM).toBeGreaterThan(400)
  expect(offM).toBeLessThan(600)
})

test('leads other maps to it in WGS-84', () => {
  expect(geoLink(SPOT)).toBe('geo:30.261200,120.168100')
})
