// A camera's faults, nothing mocked: another camera's view takes over, a picture freezes, a plug is pulled, a lens is covered.
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { replayCamera } from '../benchmarks/replay.ts'
import { type CameraEntry, cameraSchema } from '../core/camera.ts'
import type { Incident } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import { generateScene, writeScene } from '../fixtures/generate.ts'
import { encodeVideo } from '../streams/encode.ts'
import { absent, FOOTAGE, type Running, startJiemu, temporaryFolder, waitFor } from './support/jiemu.ts'
import { startRtspServer } from './support/rtsp.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const folderNamed = (name: string): string => {
  const folder = temporaryFolder(name)
  closers.push(folder.remove)
  return folder.path
}

const faultsIn = (incidents: readonly Incident[]) => incidents.filter(({ kind }) => kind === 'camera-health')

const JAMCAM = join(FOOTAGE, 'jamcam-2017')

/** Clips of one day in the order of their time, `HH_<epoch ms>.mp4`. */
function clipsOf(camera: string): readonly { readonly name: string; readonly path: string }[] {
  const timeIn = (name: string) => Number(/_(\d+)\./.exec(name)?.[1])
  return readdirSync(join(JAMCAM, camera))
    .toSorted((a, b) => timeIn(a) - timeIn(b))
    .map(name => ({ name, path: join(JAMCAM, camera, name) }))
}

/**
 * A folder of what camera 09747 saw from `first` on, a clip each quarter of an hour; from `from` until before `to` it shows
 * what 09801 saw at that time, as a video matrix does that mixes up its inputs. None of the folders has such a moment of its own.
 */
function takenOver({ first, clips, from, to }: Readonly<Record<'first' | 'clips' | 'from' | 'to', number>>): string {
  const folder = folderNamed('taken-over')
  const other = clipsOf('09801')
  for (const [index, { name, path }] of clipsOf('09747')
    .slice(first, first + clips)
    .entries()) {
    const elsewhere = other[first + index]?.path ?? path
    symlinkSync(index >= from && index < to ? elsewhere : path, join(folder, name))
  }
  return folder
}

/** The carriageway of 09747, on which nothing may stand: waiting for the light is a breach here too. */
const CARRIAGEWAY = {
  id: 'carriageway',
  rule: 'illegal-parking',
  options: { grace: '4s', ignoreQueues: false },
  polygon: [
    [0.05, 0.45],
    [0.95, 0.45],
    [1, 0.9],
    [0, 0.9],
  ],
}

const jamcam = (folder: string, more: object): CameraEntry =>
  cameraSchema.parse({
    ...{ id: 'jamcam', name: 'Edgware Way', street: 's1', grid: 'g1' },
    source: { kind: 'clips', path: folder },
    ...more,
  })
/** Ten seconds each quarter of an hour: the half minute of the default would take four clips. */
const QUICK = { moved: { after: '5s' }, clearAfter: '5s' }

describe.skipIf(absent(JAMCAM))('the JamCam days (needs ../shared/footage)', () => {
  test('another camera’s view for a while is one incident, and no other rule believes it', async () => {
    const folder = takenOver({ first: 41, clips: 7, from: 2, to: 4 })
    const { incidents, scenes } = await replayCamera(jamcam(folder, { health: QUICK, zones: [CARRIAGEWAY] }))
    const moved = scenes.filter(({ view }) => view === 'moved')
    const [from = 0, to = 0] = [moved.at(0)?.at, moved.at(-1)?.at]
    const other = scenes.filter(({ at }) => at >= from && at <= to)
    expect(new Set(other.map(({ view }) => view))).toEqual(new Set(['moved']))
    expect(to - from).toBeGreaterThan(15 * 60_000)
    expect(other.flatMap(({ objects }) => objects)).toEqual([])

    expect(faultsIn(incidents)).toHaveLength(1)
    const [fault] = faultsIn(incidents)
    expect(fault).toMatchObject({ subject: 'moved', physical: 'cleared', since: from })
    expect(fault?.openedAt).toBeLessThan(to)
    expect(fault?.clearedAt).toBeGreaterThan(to)
    const parked = incidents.filter(({ kind }) => kind === 'illegal-parking')
    expect(parked.filter(({ openedAt }) => openedAt >= from && openedAt <= to)).toEqual([])
    expect(parked.length).toBeGreaterThan(0)
  })

  test('there is much on those pictures that the rules would have believed', async () => {
    const folder = takenOver({ first: 43, clips: 2, from: 0, to: 2 })
    const { incidents } = await replayCamera(jamcam(folder, { zones: [CARRIAGEWAY] }))
    expect(incidents.map(({ kind }) => kind)).toContain('illegal-parking')
  })

  test('a view that was away for more than half an hour waits for a person, though it is back', async () => {
    const folder = takenOver({ first: 38, clips: 7, from: 1, to: 5 })
    const { incidents, scenes } = await replayCamera(jamcam(folder, { health: QUICK }))
    expect(faultsIn(incidents)).toMatchObject([{ subject: 'moved', physical: 'active' }])
    expect(scenes.at(-1)?.view).toBe('moved')
  })

  test.each(['09747', '09801'])(
    '%s as it is, night, glare and broken pictures included, has no fault',
    async camera => {
      // Every key frame is judged, whether rules need it or not.
      const { incidents, scenes } = await replayCamera(jamcam(join(JAMCAM, camera), {}), { thrifty: false })
      expect(faultsIn(incidents)).toEqual([])
      expect(scenes.length).toBeGreaterThan(400)
    },
  )
})

const WIDTH_PX = 1280
const HEIGHT_PX = 720

/** A clip of one picture. */
async function writeStill(path: string, rgb: Uint8Array): Promise<string> {
  const one = { path, widthPx: WIDTH_PX, heightPx: HEIGHT_PX, fps: 1, gopFrames: 1, codec: 'h264' } as const
  await encodeVideo(
    one,
    (async function* () {
      yield rgb
    })(),
  )
  return path
}

const plain = (level: number) => new Uint8Array(WIDTH_PX * HEIGHT_PX * 3).fill(level)

/** Three cameras with nothing to watch but themselves, and the engineers; a fault is one after three seconds. */
async function watch(urls: Readonly<Record<string, string>>): Promise<Running> {
  const folder = folderNamed('faults')
  const file = join(folder, 'cameras.yaml')
  const faults = ['offline', 'frozen', 'dark', 'covered', 'moved']
  const health = { ...Object.fromEntries(faults.map(fault => [fault, { after: '3s' }])), clearAfter: '3s' }
  const cameras = Object.entries(urls).map(([id, url]) => ({
    ...{ id, name: id, street: 's1', grid: 'g1', health },
    source: { kind: 'rtsp', url },
  }))
  const teams = [
    { id: 'patrol', name: '城管一队', skills: ['illegal-parking'], grids: ['g1'] },
    { id: 'engineers', name: '设备运维组', skills: ['camera-health'], grids: ['g1'] },
  ]
  writeFileSync(file, stringify({ cameras, teams }))
  const running = await startJiemu({ args: ['--cameras', file], dataDir: join(folder, 'data') })
  closers.push(() => running.end())
  return running
}

test('frozen, black, covered and unplugged cameras: one incident of each, jobs for the engineers, cleared when all is well', async () => {
  const folder = folderNamed('stills')
  const scene = generateScene()
  const still = await writeStill(join(folder, 'still.mp4'), await scene.frame(0))
  const { videoPath } = await writeScene(folder, { fps: 2 })
  const blind = await startRtspServer({
    stills: {
      black: await writeStill(join(folder, 'black.mp4'), plain(0)),
      bag: await writeStill(join(folder, 'bag.mp4'), plain(110)),
    },
  })
  closers.push(() => blind.stop())
  let street = await startRtspServer({ stills: { street: still } })
  closers.push(() => street.stop())
  const running = await watch({ street: street.url('street'), black: blind.url('black'), bag: blind.url('bag') })
  const incidents = async () => (await running.get<{ items: Incident[] }>('/api/incidents')).items
  const told = async () =>
    (await incidents()).map(({ cameraId, subject, physical }) => `${cameraId} ${subject} ${physical}`).toSorted()
  const framesIn = async () => {
    const { items } = await running.get<{ items: { id: string; health: { state: string; framesIn: number } }[] }>(
      '/api/cameras',
    )
    return items.find(({ id, health }) => id === 'street' && health.state === 'online')?.health.framesIn ?? 0
  }

  const blindOnes = ['bag covered active', 'black dark active']
  await waitFor('a fault of each camera', async () => (await incidents()).length >= 3)
  expect(await told()).toEqual([...blindOnes, 'street frozen active'])
  const before = await framesIn()
  await waitFor('more packets of the frozen picture', async () => (await framesIn()) > before)

  await street.stop()
  await waitFor('the unplugged camera', async () => (await incidents()).length >= 4)
  expect(await told()).toEqual([...blindOnes, 'street frozen active', 'street offline active'])

  street = await startRtspServer({ files: { street: videoPath }, port: street.port })
  await waitFor('the living picture', async () => (await told()).filter(line => line.endsWith('cleared')).length >= 2)
  expect(await told()).toEqual([...blindOnes, 'street frozen cleared', 'street offline cleared'])

  const { items: jobs } = await running.get<{ items: Job[] }>('/api/jobs')
  expect(jobs.map(({ kind, teamId }) => `${kind} ${teamId}`)).toEqual(Array(3).fill('camera-health engineers'))
  const frozen = (await incidents()).find(({ subject }) => subject === 'frozen')
  const pictures = async () => {
    const path = `/api/incidents/${frozen?.id}`
    const { evidence } = await running.get<{ evidence: { moment: string }[] }>(path)
    return evidence.map(({ moment }) => moment)
  }
  await waitFor('pictures of both ends', async () => {
    const moments = await pictures()
    return moments.includes('fired') && moments.includes('cleared')
  })
})
