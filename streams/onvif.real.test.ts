// Discovery against a camera that really answers: found in the network, asked with its login, and not fooled by its neighbours.
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OnvifCamera, startOnvifCamera } from '../tests/support/onvif-camera.ts'
import { discover, profilesOf } from './onvif.ts'

const host = Object.values(networkInterfaces())
  .flatMap(addresses => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const LOGIN = { user: 'admin', password: 'p@ss<word>' }
const STREAMS = [
  { name: 'sub', url: 'rtsp://10.0.0.7:554/sub', widthPx: 640, heightPx: 360 },
  { name: '<main> & more', url: 'rtsp://10.0.0.7:554/main?channel=1&subtype=0', widthPx: 1_920, heightPx: 1_080 },
  { name: 'a trap', url: 'file:///etc/passwd', widthPx: 1, heightPx: 1 },
]

let camera: OnvifCamera
beforeAll(async () => {
  if (host === undefined) return
  const elsewhere =
    '<e><Body><ProbeMatches><ProbeMatch><XAddrs>http://1.2.3.4/</XAddrs></ProbeMatch></ProbeMatches></Body></e>'
  const nonsense = ['', 'not xml', elsewhere]
  camera = await startOnvifCamera({ host, ...LOGIN, streams: STREAMS, name: '南门 <script>', nonsense })
})
afterAll(() => camera?.close())

test.skipIf(host === undefined)('finds the camera among those that answer nonsense (needs a network)', async () => {
  const found = await discover(2_000)
  expect(found.filter(({ address }) => address === camera.address)).toEqual([
    { address: camera.address, host, name: '南门 <script>', model: 'T1' },
  ])
  expect(found.some(({ address }) => address.includes('1.2.3.4'))).toBe(false)
})

test.skipIf(host === undefined)(
  'asks it where its streams are, the largest first, and takes nothing but RTSP',
  async () => {
    expect(await profilesOf(camera.address, LOGIN)).toEqual([
      { url: STREAMS[1]?.url, name: '<main> & more', codec: 'H264', widthPx: 1_920, heightPx: 1_080 },
      { url: STREAMS[0]?.url, name: 'sub', codec: 'H264', widthPx: 640, heightPx: 360 },
    ])
  },
)

test.skipIf(host === undefined)('says that a login is wrong, and that nobody is there', async () => {
  const wrong = profilesOf(camera.address, { ...LOGIN, password: 'guess' })
  await expect(wrong).rejects.toThrow(expect.objectContaining({ code: 'source-unauthorised' }))
  const nobody = profilesOf(`http://${host}:9/onvif/device_service`, LOGIN)
  await expect(nobody).rejects.toThrow(expect.objectContaining({ code: 'source-unreachable' }))
})
