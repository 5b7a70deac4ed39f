// What a running system takes without a restart: a change of its cameras, and the death of a shard.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { iou } from '../core/geometry.ts'
import type { Incident } from '../core/incident.ts'
import { writeRecording } from '../fixtures/recorded.ts'
import { absent, jiemu, type Running, startJiemu, temporaryFolder, waitFor } from './support/jiemu.ts'

interface Health {
  readonly items: readonly {
    id: string
    zones: { id: string; version: number }[]
    health: { framesIn: number } | null
  }[]
}

const folder = temporaryFolder('running')
let running: Running
let yamlPath: string
beforeAll(async () => {
  const recording = await writeRecording(join(folder.path, 'recorded'), Date.now(), {
    incidents: 30,
    durationMs: 90_000,
    openAtOnce: 10,
  })
  yamlPath = recording.yamlPath
  running = await startJiemu({ args: ['--cameras', yamlPath], dataDir: join(folder.path, 'data') })
}, 120_000)
afterAll(async () => {
  await running.end()
  folder.remove()
})

const incidents = async () => (await running.get<{ items: Incident[] }>('/api/incidents?limit=200')).items

test.skipIf(absent('/proc/self/task'))(
  'a shard that is killed is started again, and the stays that it watched go on (absent: /proc)',
  async () => {
    await waitFor('incidents', async () => (await incidents()).length >= 3)
    const before = (await incidents()).map(({ id }) => id)
    const pids = readFileSync(`/proc/${running.process.pid}/task/${running.process.pid}/children`, 'utf8')
      .trim()
      .split(' ')
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
    await waitFor('the restart', async () => running.output().includes('shard-crashed'))
    await waitFor('more incidents', async () => (await incidents()).length >= before.length + 3)
    const after = await Promise.all(
      (await incidents()).map(
        async ({ id }) => (await running.get<{ incident: Incident }>(`/api/incidents/${id}`)).incident,
      ),
    )
    // Each bay of the recording is used once: two incidents in one bay would be one car counted twice.
    const bays = after.flatMap(({ zoneId, boxes }) => boxes.slice(0, 1).map(box => ({ zoneId, box })))
    const twice = bays.filter((bay, i) =>
      bays.slice(0, i).some(other => other.zoneId === bay.zoneId && iou(other.box, bay.box) > 0.5),
    )
    expect(twice).toEqual([])
    expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(before))
  },
)

test('cameras imported beside the running system are taken, and the other cameras go on', async () => {
  const file = parse(readFileSync(yamlPath, 'utf8'))
  const [camera] = file.cameras
  file.cameras.push({ ...camera, id: 'second', zones: camera.zones.slice(0, 1) })
  const changed = join(folder.path, 'recorded', 'changed.yaml')
  writeFileSync(changed, stringify(file))
  const framesBefore = (await running.get<Health>('/api/cameras')).items[0]?.health?.framesIn ?? 0
  const { code, stdout, stderr } = await jiemu(['cameras', 'import', changed, '--data-dir', running.dataDir])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('camera second added')
  const second = await waitFor('frames of the new camera', async () => {
    const { items } = await running.get<Health>('/api/cameras')
    return items.find(({ id, health }) => id === 'second' && (health?.framesIn ?? 0) > 0)
  })
  expect(second.zones).toHaveLength(1)
  // The others report every few seconds; a camera that had stopped would go on reporting the same count.
  await waitFor('more frames of the first camera', async () => {
    const { items } = await running.get<Health>('/api/cameras')
    return (items.find(({ id }) => id === camera.id)?.health?.framesIn ?? 0) > framesBefore
  })
})

test('a backup made beside the running system becomes a house of its own, whose chains hold and which starts', async () => {
  const [archive, data] = ['house.tar', 'restored'].map(name => join(folder.path, name)) as [string, string]
  const before = (await incidents()).map(({ id }) => id)
  const made = await jiemu(['backup', archive, '--with-key', '--data-dir', running.dataDir])
  expect(made).toMatchObject({ code: 0, stderr: '' })
  expect(made.stdout).toContain('THE SECRET KEY IS IN IT')
  const [newest] = (await running.get<{ items: { purpose: string; subject: string }[] }>('/api/register')).items
  expect(newest).toMatchObject({ purpose: 'backup', subject: archive })
  expect(await jiemu(['restore', archive, '--data-dir', data])).toMatchObject({ code: 0, stderr: '' })
  expect(await jiemu(['audit', 'verify', '--data-dir', data])).toMatchObject({ code: 0 })
  const restored = await startJiemu({ args: [], dataDir: data })
  const there = (await restored.get<{ items: Incident[] }>('/api/incidents?limit=200')).items.map(({ id }) => id)
  expect(before.length).toBeGreaterThan(0)
  expect(there).toEqual(expect.arrayContaining(before))
  expect(await restored.end()).toBe(0)
})
