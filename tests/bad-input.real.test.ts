// Bad input, end to end: a coded error with a hint for what is bad, while everything else goes on and nothing is lost.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readTruth } from '../benchmarks/truth.ts'
import type { StreamHealth } from '../core/health.ts'
import type { Job } from '../core/job.ts'
import { Scope } from '../core/scope.ts'
import { writeBrokenClips } from './support/broken-clips.ts'
import { preparedDirectory } from './support/embedded.ts'
import { absent, FOOTAGE, jiemu, type Running, startJiemu, temporaryFolder, waitFor } from './support/jiemu.ts'
import { Stage } from './support/kill-stage.ts'
import { compareWithTruth, SOUND } from './support/kill-truth.ts'
import { postgresAbsent } from './support/postgres.ts'
import { startRtspServer } from './support/rtsp.ts'
import { sceneIn } from './support/scene.ts'

const BROKEN_FOOTAGE = join(FOOTAGE, 'clips/roadside-cars-broken.mp4')
const VARIABLE_FOOTAGE = join(FOOTAGE, 'clips/kerb-parking.mp4')
const hasGstreamer = spawnSync('/usr/bin/python3', ['-c', 'import gi; gi.require_version("GstRtspServer", "1.0")'])

interface CameraStatus {
  readonly id: string
  readonly health: StreamHealth | null
}

const healthOf = async (running: Running, id: string): Promise<StreamHealth | undefined> => {
  const { items } = await running.get<{ items: CameraStatus[] }>('/api/cameras')
  return items.find(camera => camera.id === id)?.health ?? undefined
}

/** What went wrong is said with what to do about it, in the API and in the log. */
async function expectSaid(running: Running, id: string, code: string, state: string): Promise<void> {
  const health = await waitFor(`${code} of ${id}`, async () => {
    const found = await healthOf(running, id)
    return found?.problem?.code === code && found
  })
  expect(health).toMatchObject({ state, problem: { code } })
  expect(health.problem?.hint.length).toBeGreaterThan(20)
  expect(running.output()).toContain(`"code":"${code}"`)
}

const zone = {
  id: 'all',
  rule: 'illegal-parking',
  polygon: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
}
const camera = (id: string, source: object) => ({ id, name: id, street: 's', grid: 'g', source, zones: [zone] })

describe('beside a healthy camera', () => {
  const closers: (() => unknown)[] = []
  let stage: Stage
  let folder: string
  beforeAll(async () => {
    const temporary = temporaryFolder('bad-input')
    closers.push(temporary.remove)
    folder = temporary.path
    await writeBrokenClips(folder)
    const rtsp =
      hasGstreamer.status === 0
        ? await startRtspServer({
            files: { street: join(folder, 'sound.mp4') },
            user: 'admin',
            password: 'geheim-richtig',
          })
        : undefined
    closers.push(() => rtsp?.stop())
    const file = (name: string) => ({ kind: 'file', path: name })
    const cameras = [
      camera('unreachable', { kind: 'rtsp', url: `rtsp://127.0.0.1:${await closedPort()}/live` }),
      camera('absent', file('nowhere.mp4')),
      camera('text', file('text.mp4')),
      camera('cut', file('cut.mp4')),
      { ...camera('corrupt', { ...file('corrupt.mp4'), loop: true }), sampling: { every: 10 } },
      camera('unheard-of', file('unheard-of.mp4')),
      camera('variable', file('variable.mp4')),
      ...(rtsp
        ? [
            camera('locked', { kind: 'rtsp', url: rtsp.url('street').replace('richtig', 'falsch') }),
            camera('elsewhere', { kind: 'rtsp', url: rtsp.url('nowhere') }),
          ]
        : []),
      ...(absent(BROKEN_FOOTAGE) ? [] : [camera('broken-footage', file(BROKEN_FOOTAGE))]),
      ...(absent(VARIABLE_FOOTAGE) ? [] : [camera('variable-footage', file(VARIABLE_FOOTAGE))]),
    ]
    writeFileSync(join(folder, 'bad.yaml'), stringify({ cameras }))
    stage = await Stage.open({
      recording: { incidents: 24, durationMs: 60_000, openAtOnce: 8 },
      servers: false,
      args: ['--cameras', join(folder, 'bad.yaml')],
    })
    closers.push(() => stage.close())
  })
  afterAll(async () => {
    for (const close of closers.reverse()) await close()
  })

  test.each([
    ['unreachable', 'source-unreachable', 'retrying'],
    ['absent', 'source-not-found', 'retrying'],
    ['text', 'source-not-video', 'failed'],
    ['cut', 'source-not-video', 'failed'],
    ['unheard-of', 'source-codec-unsupported', 'failed'],
  ])('a source that is %s is %s, and %s', async (id, code, state) => {
    await expectSaid(stage.running, id, code, state)
  })

  test.skipIf(hasGstreamer.status !== 0).each([
    ['locked', 'source-unauthorised', 'retrying'],
    ['elsewhere', 'source-not-found', 'retrying'],
  ])('an RTSP camera that is %s is %s, and %s (needs gir1.2-gst-rtsp-server-1.0)', async (id, code, state) => {
    await expectSaid(stage.running, id, code, state)
    expect(stage.running.output()).not.toContain('geheim')
  })

  test('a clip with broken pictures is source-corrupt while they come, and the rest of it is watched', async () => {
    await expectSaid(stage.running, 'corrupt', 'source-corrupt', 'online')
    await waitFor('whole pictures', async () => ((await healthOf(stage.running, 'corrupt'))?.framesAnalysed ?? 0) > 10)
    expect((await healthOf(stage.running, 'corrupt'))?.dropped.undecodable).toBeGreaterThan(0)
  })

  test('a clip of variable rate plays to its end without a complaint', async () => {
    const health = await waitFor('its end', async () => {
      const found = await healthOf(stage.running, 'variable')
      return found?.state === 'ended' && found
    })
    const dropped = Object.values(health.dropped).reduce((sum, count) => sum + count, 0)
    expect(health).toMatchObject({ problem: null, framesIn: 40, framesAnalysed: 40 - dropped })
    expect(health.framesAnalysed).toBeGreaterThan(0)
  })

  test.skipIf(absent(BROKEN_FOOTAGE))('real broken footage is watched (needs ../shared/footage)', async () => {
    await waitFor('pictures', async () => ((await healthOf(stage.running, 'broken-footage'))?.framesAnalysed ?? 0) > 2)
  })

  test.skipIf(absent(VARIABLE_FOOTAGE))(
    'real footage of variable rate is watched (needs ../shared/footage)',
    async () => {
      const health = await waitFor('pictures', async () => {
        const found = await healthOf(stage.running, 'variable-footage')
        return (found?.framesAnalysed ?? 0) > 2 && found
      })
      expect(health).toMatchObject({ state: 'online', problem: null })
    },
  )

  test.each([
    [
      'crosses itself',
      {
        polygon: [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
        ],
      },
      'zone-crosses-itself',
    ],
    [
      'leaves the frame',
      {
        polygon: [
          [0, 0],
          [1.2, 0],
          [1, 1],
        ],
      },
      'zone-outside-frame',
    ],
    [
      'has no area',
      {
        polygon: [
          [0, 0],
          [0.5, 0.5],
          [1, 1],
        ],
      },
      'zone-empty',
    ],
    ['has a rule that is not there', { rule: 'flooding' }, 'config-invalid'],
    ['has a rule that needs no zone', { rule: 'camera-health' }, 'config-invalid'],
    ['has an option that the rule does not know', { options: { gracious: '1m' } }, 'options-invalid'],
  ])(
    'a zone that %s is refused while the program runs, and nothing of its file is taken',
    async (_what, over, code) => {
      const bad = { ...camera('refused', { kind: 'file', path: 'sound.mp4' }), zones: [{ ...zone, ...over }] }
      await expectRefused({ cameras: [camera('fine', { kind: 'file', path: 'sound.mp4' }), bad] }, code)
    },
  )

  test('a zone that names no camera is refused, and nothing of its file is taken', async () => {
    const cameras = [camera('fine', { kind: 'file', path: 'sound.mp4' })]
    await expectRefused({ cameras, zones: [{ ...zone, camera: 'nobody' }] }, 'zone-camera-unknown')
  })

  async function expectRefused(document: object, code: string): Promise<void> {
    const path = join(folder, 'refused.yaml')
    writeFileSync(path, stringify(document))
    const { code: exit, stderr } = await jiemu(['cameras', 'import', path, '--data-dir', stage.running.dataDir])
    expect(stderr).toContain(`[${code}]`)
    expect(exit).toBe(1)
    expect(await healthOf(stage.running, 'fine')).toBeUndefined()
    const { items } = await stage.running.get<{ items: CameraStatus[] }>('/api/cameras')
    expect(items.map(({ id }) => id).filter(id => ['fine', 'refused', 'nobody'].includes(id))).toEqual([])
  }

  test('meanwhile the healthy camera has missed nothing', async () => {
    await waitFor('the end of the recording', async () => Date.now() > stage.endsAt + 2_000)
    await stage.settled()
    const { incidents, jobs } = await stage.records()
    const own = incidents.filter(({ cameraId }) => cameraId.startsWith('recorded-'))
    const ids = new Set(own.map(({ id }) => id))
    const ownJobs = jobs.filter(({ job }) => job.incidentIds.some(id => ids.has(id)))
    expect(compareWithTruth(stage.expected, stage, own, ownJobs)).toEqual(SOUND)
  })
})

// At once: most of their time is waiting.
describe.concurrent('on its own', () => {
  test('a network that is not there fails the cameras by name, and the console still answers', async () => {
    await using scope = new Scope()
    const folder = temporaryFolder('model')
    scope.defer(folder.remove)
    const [config, cameras] = ['config.yaml', 'cameras.yaml'].map(name => join(folder.path, name)) as [string, string]
    writeFileSync(config, 'model: street-dreams\nshards: 1\n')
    writeFileSync(cameras, stringify({ cameras: [camera('gate', { kind: 'file', path: 'gate.mp4' })] }))
    const dataDir = await preparedDirectory()
    scope.defer(() => rmSync(dataDir, { recursive: true, force: true }))
    const running = await startJiemu({ args: ['--config', config, '--cameras', cameras], dataDir })
    scope.defer(() => running.end())
    await expectSaid(running, 'gate', 'model-unknown', 'failed')
  })

  const mount = mountable() ? '' : ' (absent: the right to mount a tmpfs)'
  test.skipIf(mount)(`a full disk costs the pictures, not the incident, the job or the program${mount}`, async () => {
    await using scope = new Scope()
    const folder = temporaryFolder('full-disk')
    scope.defer(folder.remove)
    const dataDir = await preparedDirectory()
    scope.defer(() => rmSync(dataDir, { recursive: true, force: true }))
    const small = join(dataDir, 'evidence')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small])
    scope.defer(() => execFileSync('umount', ['-l', small]))
    const scene = await sceneIn(folder.path)
    const { camera: drawn } = await readTruth(scene.truthPath)
    const zones = drawn.zones
      .filter(({ rule }) => rule === 'illegal-parking')
      .map(each => ({ ...each, polygon: each.polygon.map(({ x, y }) => [x, y]) }))
    const cameras = join(folder.path, 'cameras.yaml')
    writeFileSync(
      cameras,
      stringify({
        cameras: [{ ...camera('street', { kind: 'file', path: scene.videoPath }), zones }],
        teams: [{ id: 'patrol', name: 'Patrol', skills: ['illegal-parking'], grids: ['g'] }],
        policies: [{ kind: 'illegal-parking', mode: 'auto', autoScore: 0 }],
      }),
    )
    const running = await startJiemu({ args: ['--cameras', cameras], dataDir })
    scope.defer(() => running.end())
    const job = await waitFor('an assigned job', async () => {
      const { items } = await running.get<{ items: Job[] }>('/api/jobs')
      return items.find(({ state }) => state === 'assigned')
    })
    expect(job.teamId).toBe('patrol')
    const { components } = await running.get<{ components: { name: string; problem: { code: string } | null }[] }>(
      '/api/health',
    )
    // The disk is looked at before anything is kept: what has no room is refused, rather than tried and torn.
    expect(components.find(({ name }) => name === 'disk')?.problem).toMatchObject({ code: 'disk-below-floor' })
  })

  test.skipIf(postgresAbsent)(
    `a database that goes away for 15 s is said to be away, and nothing is lost${postgresAbsent && ` (absent: ${postgresAbsent})`}`,
    async () => {
      await using scope = new Scope()
      const stage = await Stage.open({
        recording: { incidents: 24, durationMs: 60_000 },
        servers: true,
        headStartMs: 12_000,
      })
      scope.defer(() => stage.close())
      await waitFor('the middle', async () => Date.now() >= stage.startAt + 18_000)
      await stage.postgres?.kill9()
      const backAt = Date.now() + 15_000
      const { running } = stage
      const answer = await fetch(`${running.address}/api/jobs`)
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({ code: 'database-unavailable', hint: expect.any(String) })
      const health = await running.get<{ components: { name: string }[] }>('/api/health')
      expect(health.components.find(({ name }) => name === 'database')).toMatchObject({
        state: 'down',
        problem: { code: 'database-unavailable', hint: expect.any(String) },
      })
      await waitFor('the database to come back', async () => Date.now() >= backAt)
      await stage.postgres?.start()
      await stage.drained()
      const { incidents, jobs } = await stage.records()
      expect(compareWithTruth(stage.expected, stage, incidents, jobs)).toEqual(SOUND)
      expect(running.output()).toContain('"code":"database-unavailable"')
    },
  )
})

/** A port on which nobody listens. */
function closedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Mounting takes root, and not every container's. */
function mountable(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'jiemu-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory], { stdio: 'ignore' })
    execFileSync('umount', [directory], { stdio: 'ignore' })
    return true
  } catch {
    return false
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
