// A stream that crashes its shard, for real: the camera is found and left alone, and the other one is watched on.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { CameraHealth } from '../core/health.ts'
import type { Incident } from '../core/incident.ts'
import { encodeVideo } from '../streams/encode.ts'
import { movingBar } from '../streams/moving-bar.ts'
import { preparedDirectory } from './support/embedded.ts'
import { startJiemu, temporaryFolder, waitFor } from './support/jiemu.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** One camera that crashes its shard there, and sound ones before it. */
async function startPoisoned(failpoint: 'shard:decode' | 'shard:open', sound: readonly string[]) {
  const folder = temporaryFolder('poison')
  closers.push(folder.remove)
  const path = join(folder.path, 'clip.mp4')
  const shape = { path, widthPx: 320, heightPx: 240, fps: 5, gopFrames: 5, codec: 'h264' } as const
  await encodeVideo(shape, movingBar(320, 240, 20))
  const [camerasFile, config] = ['cameras.yaml', 'config.yaml'].map(name => join(folder.path, name)) as [string, string]
  const camera = (id: string) => ({
    ...{ id, name: id, street: 's', grid: 'g', source: { kind: 'file', path, loop: true } },
    health: { offline: { after: '3s' } },
  })
  const engineers = { id: 'engineers', name: '设备运维组', skills: ['camera-health'], grids: ['g'] }
  writeFileSync(camerasFile, stringify({ cameras: [...sound, 'poison'].map(camera), teams: [engineers] }))
  writeFileSync(config, 'shards: 1\n')
  const running = await startJiemu({
    args: ['--config', config, '--cameras', camerasFile, '--allow-failpoints'],
    env: { JIEMU_FAILPOINT: `${failpoint}@poison` },
    dataDir: await preparedDirectory(),
  })
  closers.push(() => running.end())
  const healthOf = async (id: string) => {
    const { items } = await running.get<{ items: { id: string; health: CameraHealth | null }[] }>('/api/cameras')
    return items.find(each => each.id === id)?.health ?? undefined
  }
  const poison = await waitFor('the quarantine', async () => {
    const health = await healthOf('poison')
    return health?.state === 'quarantined' && health
  })
  const restarts = async () =>
    Number(
      /^jiemu_shard_restarts_total\{shard="0"\} (\d+)/m.exec(
        await (await fetch(`${running.address}/metrics`)).text(),
      )?.[1],
    )
  return { running, healthOf, poison, restarts }
}

test('a camera whose pictures crash the decoder is quarantined and told, the shard recovers, and its neighbour goes on', async () => {
  const { running, healthOf, poison, restarts } = await startPoisoned('shard:decode', ['sound'])
  expect(poison.problem).toMatchObject({ code: 'camera-quarantined', message: expect.stringContaining('2 times') })
  expect(await restarts()).toBe(2)
  const before = (await healthOf('sound'))?.framesAnalysed ?? 0
  await waitFor('pictures of the other', async () => ((await healthOf('sound'))?.framesAnalysed ?? 0) > before + 5)
  const fault = await waitFor('the fault', async () => {
    const { items } = await running.get<{ items: Incident[] }>('/api/incidents')
    return items.find(({ cameraId, kind }) => cameraId === 'poison' && kind === 'camera-health')
  })
  expect(fault).toMatchObject({ subject: 'offline', physical: 'active' })
  expect(await restarts()).toBe(2)
  expect(running.output()).toContain('"code":"camera-quarantined"')
})

test('one of sixteen that crashes the shard while all are being opened is found by opening them one by one, and it alone', async () => {
  const sound = Array.from({ length: 15 }, (_, index) => `sound-${index}`)
  const { running, healthOf, poison, restarts } = await startPoisoned('shard:open', sound)
  expect(poison.problem).toMatchObject({ code: 'camera-quarantined', message: expect.stringContaining('3 times') })
  expect(await restarts()).toBe(3)
  const deaths = [...running.output().matchAll(/"suspects":(\[[^\]]*\])/g)].map(([, named = '']) => JSON.parse(named))
  expect(Math.max(...deaths.map(({ length }) => length)), 'suspects of one of the deaths').toBeGreaterThan(1)
  expect(deaths.at(-1)).toEqual(['poison'])
  for (const id of sound) {
    await waitFor(`pictures of ${id}`, async () => ((await healthOf(id))?.framesAnalysed ?? 0) > 0)
    expect((await healthOf(id))?.state).toBe('online')
  }
  expect(await restarts()).toBe(3)
})
