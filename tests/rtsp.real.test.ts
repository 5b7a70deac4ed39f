// The main job, nothing mocked: a camera's RTSP stream goes in, and a job assigned to a team comes out.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readTruth } from '../benchmarks/truth.ts'
import { iou } from '../core/geometry.ts'
import type { Incident } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import { absent, FOOTAGE, type Running, startJiemu, temporaryFolder, waitFor } from './support/jiemu.ts'
import { startRtspServer } from './support/rtsp.ts'
import { sceneIn } from './support/scene.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Starts the program on one RTSP camera that shows the truth file's footage, with the truth's zones. */
async function watch(truthFile: string, videoPath: string): Promise<Running> {
  const folder = temporaryFolder('rtsp')
  closers.push(folder.remove)
  const rtsp = await startRtspServer({ files: { street: videoPath } })
  closers.push(() => rtsp.stop())
  const { camera } = await readTruth(truthFile)
  const zones = camera.zones
    .filter(({ rule }) => rule === 'illegal-parking')
    .map(zone => ({ ...zone, polygon: zone.polygon.map(({ x, y }) => [x, y]) }))
  const cameras = join(folder.path, 'cameras.yaml')
  writeFileSync(
    cameras,
    stringify({
      cameras: [
        {
          id: 'street',
          name: '建国北路',
          street: 's1',
          grid: 'g1',
          source: { kind: 'rtsp', url: rtsp.url('street') },
          zones,
        },
      ],
      teams: [{ id: 'patrol', name: '城管一队', skills: ['illegal-parking'], grids: ['g1'] }],
      policies: [{ kind: 'illegal-parking', mode: 'auto', autoScore: 0 }],
    }),
  )
  const running = await startJiemu({ args: ['--cameras', cameras], dataDir: join(folder.path, 'data') })
  closers.push(() => running.end())
  return running
}

const assignedJobs = async (running: Running, count: number) =>
  waitFor(`${count} assigned jobs`, async () => {
    const { items: jobs } = await running.get<{ items: Job[] }>('/api/jobs')
    return jobs.filter(({ state }) => state === 'assigned').length >= count && jobs
  })

test.skipIf(absent(FOOTAGE))(
  'six cars parked at two kerbs, seen through RTSP, become two assigned jobs (needs ../shared/footage)',
  async () => {
    const truthFile = join(FOOTAGE, 'truth/kerb-parking.json')
    const running = await watch(truthFile, join(FOOTAGE, 'clips/kerb-parking.mp4'))
    await assignedJobs(running, 2)
    const incidents = await waitFor('six incidents', async () => {
      const page = await running.get<{ items: Incident[] }>('/api/incidents')
      return page.items.length >= 6 && page.items
    })
    const seen = await Promise.all(
      incidents.map(async ({ id }) => (await running.get<{ incident: Incident }>(`/api/incidents/${id}`)).incident),
    )
    const { events } = await readTruth(truthFile)
    const found = events.filter(({ box, zone }) =>
      seen.some(({ zoneId, boxes }) => box && zoneId === zone && boxes.some(found => iou(found, box) > 0.3)),
    )
    expect(found.map(({ what }) => what)).toEqual(events.map(({ what }) => what))
    expect(incidents).toHaveLength(6)
    const { items: cameras } = await running.get<{ items: { health: { state: string; clock: string } }[] }>(
      '/api/cameras',
    )
    expect(cameras[0]?.health).toMatchObject({ state: 'online', clock: 'sender' })
  },
)

test('the car on the drawn street, seen through RTSP, becomes an assigned job', async () => {
  const folder = temporaryFolder('scene')
  closers.push(folder.remove)
  const scene = await sceneIn(folder.path)
  const running = await watch(scene.truthPath, scene.videoPath)
  const jobs = await assignedJobs(running, 1)
  expect(jobs[0]).toMatchObject({ kind: 'illegal-parking', teamId: 'patrol' })
  rmSync(folder.path, { recursive: true, force: true })
})
