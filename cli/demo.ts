// The demo: a generated street at once, and a real street clip in the background where one can be had.
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SingleBar } from 'cli-progress'
import type { Main } from '../app.ts'
import type { Log } from '../core/log.ts'
import { writeScene } from '../fixtures/generate.ts'
import { fetchOpencvClip } from '../fixtures/opencv-clip.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures')

/** Draws the scene unless it is there, and returns the cameras file that lies beside it. */
export async function prepareDemo(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'footage')
  // The data directory is made by this; nobody else is to look into it.
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const bar = new SingleBar({ format: 'drawing the demo street {bar} {percentage} %', clearOnComplete: true })
  let shown = false
  await writeScene(folder, {
    onFrame: (done, of) => {
      if (!shown) bar.start(of, 0)
      shown = true
      bar.update(done)
    },
  })
  bar.stop()
  const file = join(folder, 'demo.yaml')
  await copyFile(join(FIXTURES, 'demo.yaml'), file)
  return file
}

/** Never in the way: without the clip the demo is the generated street alone, and one quiet line says so. */
export async function joinRealFootage(dataDir: string, main: Main, log: Log): Promise<void> {
  const folder = join(dataDir, 'footage')
  try {
    const clip = await fetchOpencvClip(folder)
    if (!clip) {
      log.info({}, 'no real street clip to be had here; the demo shows the generated street only')
      return
    }
    const file = join(folder, 'real-clip.yaml')
    await copyFile(join(FIXTURES, 'real-clip.yaml'), file)
    await main.importCameras(file)
  } catch (error) {
    log.info({ problem: (error as Error).message }, 'the real street clip could not join the demo')
  }
}
