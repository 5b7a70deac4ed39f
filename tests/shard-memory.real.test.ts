// A shard that holds more memory than it may: it begins anew in good order, in the middle of its incidents.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder, waitFor } from './support/jiemu.ts'
import { Stage } from './support/kill-stage.ts'
import { compareWithTruth, SOUND } from './support/kill-truth.ts'

test('a shard above its limit is begun anew once, this is told and counted, and no incident is lost or doubled', async () => {
  const folder = temporaryFolder('shard-memory')
  const config = join(folder.path, 'config.yaml')
  // Less than any shard takes.
  writeFileSync(config, 'shards: 1\nshardMegabytes: 64\n')
  const stage = await Stage.open({
    recording: { incidents: 8, durationMs: 48_000, openAtOnce: 16 },
    servers: false,
    args: ['--config', config],
    closers: [folder.remove],
  })
  try {
    const told = await waitFor('a word on it', async () => {
      const { components } = await stage.running.get<{
        components: { name: string; state: string; problem: { code: string } | null }[]
      }>('/api/health')
      return components.find(({ name, problem }) => name === 'shard-0' && problem)
    })
    expect(told).toMatchObject({ state: 'degraded', problem: { code: 'shard-memory-exceeded' } })
    await stage.drained()
    const { incidents, jobs } = await stage.records()
    expect(compareWithTruth(stage.expected, stage, incidents, jobs), stage.output()).toEqual(SOUND)
    const metrics = await (await fetch(`${stage.running.address}/metrics`)).text()
    expect(metrics).toContain('jiemu_shard_memory_restarts_total{shard="0"} 1')
    expect(metrics).toContain('jiemu_shard_restarts_total{shard="0"} 1')
  } finally {
    await stage.close()
  }
})
