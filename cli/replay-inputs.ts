// What `jiemu replay` is given, as streets to replay: truth files, cameras' files, videos, detections, folders.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { configurationChecks } from '../app.ts'
import type { People } from '../benchmarks/replay.ts'
import { readTruth, type Truth } from '../benchmarks/truth.ts'
import { type CameraEntry, cameraSchema } from '../core/camera.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { readCamerasFile } from '../store/cameras-file.ts'

export interface InputOptions {
  /** A cameras' file with one camera, whose zones are laid over footage that has none of its own. */
  readonly cameras?: string
  /** From one picture of a folder to the next: "500ms". */
  readonly interval?: string
  /** Of a MOT det.txt: frames a second, and "1920x1080". */
  readonly fps?: number
  readonly size?: string
}

/** Cameras that are replayed on one clock, with one database. */
export interface Input {
  /** Of its folder and its progress bar. */
  readonly name: string
  readonly cameras: readonly CameraEntry[]
  /** Where it is known what its one camera should see. */
  readonly truth?: Truth
  /** Where a cameras' file says who decides and who goes. */
  readonly people?: People
  /** For a progress bar. */
  readonly durationMs?: number
}

/**
 * What the paths stand for, in their order: a cameras' file is one street; a folder of truth files is all of them.
 * @throws JiemuError request-invalid, file-unreadable, truth-invalid, config-…, options-invalid, zone-…
 */
export async function readInputs(paths: readonly string[], options: InputOptions): Promise<readonly Input[]> {
  const zones = options.cameras === undefined ? [] : await zonesOf(options.cameras)
  const inputs: Input[] = []
  for (const path of paths) inputs.push(...(await read(path, options, zones)))
  const ids = inputs.flatMap(({ cameras }) => cameras.map(({ id }) => id))
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice) throw bad(`two inputs are called "${twice}": replay them one by one`)
  return inputs
}

const bad = (problem: string) => new JiemuError('request-invalid', { problem })

async function read(path: string, options: InputOptions, zones: CameraEntry['zones']): Promise<readonly Input[]> {
  const found = await stat(path).catch(error => {
    throw new JiemuError('file-unreadable', { file: path, problem: error.code ?? 'unknown' }, error)
  })
  if (found.isDirectory()) return readFolder(path, options, zones)
  switch (extname(path).toLowerCase()) {
    case '.json':
      return [await truthInput(path)]
    case '.yaml':
    case '.yml':
      return camerasInput(path)
    case '.jsonl':
      return [alone(footage(path, { kind: 'recorded' }, zones))]
    case '.txt':
      return [alone(await motFootage(path, options, zones))]
    default:
      return [alone(footage(path, { kind: 'file' }, zones))]
  }
}

const alone = (camera: CameraEntry): Input => ({ name: camera.id, cameras: [camera] })

async function truthInput(file: string): Promise<Input> {
  const truth = await readTruth(file)
  const { camera } = truth
  const clips = camera.source.kind === 'clips' ? await readdir(String(camera.source.path)) : []
  const durationMs = truth.durationMs ?? spanOf(clips)
  return { ...alone(camera), truth, ...(durationMs === undefined ? {} : { durationMs }) }
}

async function camerasInput(file: string): Promise<readonly Input[]> {
  const { cameras, teams, policies } = await readCameras(file)
  const live = cameras.find(({ source }) => source.kind === 'rtsp')
  if (live) throw bad(`${file}: camera "${live.id}" is no footage`)
  const [first] = cameras
  if (!first) throw bad(`${file}: names no camera`)
  const name = cameras.length === 1 ? first.id : basename(file, extname(file))
  return [{ name, cameras, ...(teams.length > 0 ? { people: { teams, policies } } : {}) }]
}

async function readCameras(file: string) {
  const text = await readFile(file, 'utf8').catch(error => {
    throw toJiemuError(error, 'file-unreadable', { file })
  })
  return readCamerasFile(text, file, configurationChecks)
}

async function zonesOf(camerasFile: string): Promise<CameraEntry['zones']> {
  const { cameras } = await readCameras(camerasFile)
  const [camera] = cameras
  if (camera && cameras.length === 1) return camera.zones
  throw bad(`${camerasFile}: expected exactly one camera, found ${cameras.length}`)
}

/** Clips by the times in their names, pictures by --interval, truth files, or videos one by one. */
async function readFolder(
  folder: string,
  options: InputOptions,
  zones: CameraEntry['zones'],
): Promise<readonly Input[]> {
  const names = (await readdir(folder)).sort()
  const durationMs = spanOf(names)
  if (durationMs !== undefined) return [{ ...alone(footage(folder, { kind: 'clips' }, zones)), durationMs }]
  if (names.some(name => /\.(jpe?g|png)$/i.test(name))) {
    if (options.interval === undefined) throw bad(`${folder}: say with --interval how far its pictures are apart`)
    return [alone(footage(folder, { kind: 'images', frameInterval: options.interval }, zones))]
  }
  const truths = names.filter(name => name.endsWith('.json'))
  if (truths.length > 0) return Promise.all(truths.map(name => truthInput(join(folder, name))))
  const videos = names.filter(name => /\.(mp4|mkv|avi|mov)$/i.test(name))
  if (videos.length > 0) return videos.map(name => alone(footage(join(folder, name), { kind: 'file' }, zones)))
  throw bad(`${folder}: holds no clips named NAME_<epoch ms>.mp4, no pictures, no truth files and no videos`)
}

/** From the first clip's beginning to the last one's; undefined where no name says when its clip began. */
function spanOf(names: readonly string[]): number | undefined {
  const times = names.flatMap(name => /_(\d{12,14})\.(mp4|mkv|avi|mov)$/i.exec(name)?.[1] ?? []).map(Number)
  return times.length > 0 ? Math.max(...times) - Math.min(...times) : undefined
}

/** MOT Challenge keeps SEQUENCE/det/det.txt beside SEQUENCE/seqinfo.ini, which says the rest. */
async function motFootage(file: string, { fps, size }: InputOptions, zones: CameraEntry['zones']) {
  const sequence = dirname(dirname(resolve(file)))
  const ini = await readFile(join(sequence, 'seqinfo.ini'), 'utf8').catch(() => '')
  const said = (key: string) => {
    const value = new RegExp(`^${key}\\s*=\\s*(\\d+(?:\\.\\d+)?)\\s*$`, 'm').exec(ini)?.[1]
    return value === undefined ? undefined : Number(value)
  }
  const [, width, height] = /^(\d+)[x×](\d+)$/.exec(size ?? '') ?? []
  if (size !== undefined && width === undefined) throw bad('--size is a width and a height in pixels: 1920x1080')
  const frameRate = fps ?? said('frameRate')
  const widthPx = width === undefined ? said('imWidth') : Number(width)
  const heightPx = height === undefined ? said('imHeight') : Number(height)
  if (frameRate === undefined || widthPx === undefined || heightPx === undefined) {
    throw bad(`${file}: say with --fps and --size what its frames are; there is no seqinfo.ini above it that does`)
  }
  const frames = said('seqLength')
  const mot = { frameRate, widthPx, heightPx, ...(frames === undefined ? {} : { frames }) }
  return footage(file, { kind: 'recorded', mot }, zones, ini === '' ? file : sequence)
}

function footage(
  path: string,
  source: { readonly kind: string } & Readonly<Record<string, unknown>>,
  zones: CameraEntry['zones'],
  named = path,
): CameraEntry {
  const name = basename(named, extname(named))
  const id =
    name
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 63) || 'footage'
  const located = { ...source, path: resolve(path) }
  const { kind, ...options } = located
  configurationChecks.source(kind, options, path)
  return { ...cameraSchema.parse({ id, name, street: 'replay', grid: 'replay', source: located }), zones }
}
