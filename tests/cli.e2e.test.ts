// The command line as a person uses it, on the built program.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { writeRecording } from '../fixtures/recorded.ts'
import { jiemu, ROOT, temporaryFolder } from './support/jiemu.ts'

const folder = temporaryFolder('cli')
afterAll(folder.remove)
const inFolder = (name: string) => join(folder.path, name)
const written = (name: string, text: string): string => {
  writeFileSync(inFolder(name), text)
  return inFolder(name)
}

const CAMERAS = `
cameras:
  - id: gate
    name: 东门
    street: s1
    grid: g1
    source: { kind: rtsp, url: "rtsp://admin:hunter2@127.0.0.1:9/live" }
    zones:
      - { id: kerb, rule: illegal-parking, polygon: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]] }
teams:
  - { id: t1, name: 一队, skills: [illegal-parking], grids: [g1] }
`

test('check prints the settings as they are understood, and an unknown key with its nearest name', async () => {
  const good = await jiemu(['check', '--data-dir', inFolder('data')])
  expect(good).toMatchObject({ code: 0, stderr: '' })
  expect(good.stdout).toContain('port: 8470')
  const bad = await jiemu(['check', '--config', written('bad.yaml', 'listen: { prot: 1 }')])
  expect(bad.code).toBe(1)
  expect(bad.stderr).toContain('unknown key listen.prot; the nearest known name is "port" [config-unknown-key]')
})

test('cameras are imported once, exported masked, and what is wrong is refused as a whole', async () => {
  const file = written('cameras.yaml', CAMERAS)
  const store = ['--data-dir', inFolder('data')]
  const first = await jiemu(['cameras', 'import', file, ...store])
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toContain('camera gate added')
  expect((await jiemu(['cameras', 'import', file, ...store])).stdout).toBe('nothing to change\n')
  const crossed = CAMERAS.replace('[[0, 0.5], [1, 0.5], [1, 1], [0, 1]]', '[[0, 0.5], [1, 1], [1, 0.5], [0, 1]]')
  const refused = await jiemu(['cameras', 'import', written('crossed.yaml', crossed), ...store])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('[zone-crosses-itself]')
  const exported = await jiemu(['cameras', 'export', ...store])
  expect(exported.stdout).toContain('rtsp://***@127.0.0.1:9/live')
  expect(`${first.stdout}${exported.stdout}`).not.toContain('hunter2')
  const whole = await jiemu(['cameras', 'export', inFolder('out.yaml'), '--with-secrets', ...store])
  expect(whole.code).toBe(0)
  expect(readFileSync(inFolder('out.yaml'), 'utf8')).toContain('admin:hunter2')
})

test('doctor names the camera that cannot be reached, without its password', async () => {
  const { code, stdout } = await jiemu(['doctor', '--data-dir', inFolder('data')])
  expect(code).toBe(1)
  expect(stdout).toMatch(/ok {4}FFmpeg: .*H\.264 and H\.265/)
  expect(stdout).toMatch(/ok {4}model street-objects/)
  expect(stdout).toMatch(/ok {4}ONNX Runtime/)
  expect(stdout).toMatch(/ok {4}database: embedded/)
  expect(stdout).toMatch(/ok {4}queue: in the database/)
  expect(stdout).toMatch(/WRONG camera gate: .*\*\*\*@127\.0\.0\.1.*\[source-(unreachable|not-found)\]/)
  expect(stdout).not.toContain('hunter2')
})

const GOLDEN = join(ROOT, 'fixtures/golden')

test('replay tells of incidents and jobs, prints them as JSON lines, and writes them as a log that is whole', async () => {
  const log = inFolder('logs/street.jsonl')
  const told = await jiemu(['replay', join(GOLDEN, 'street.yaml'), '--log', log])
  expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining('61 pictures analysed of 61') })
  expect(told.stdout).toMatch(
    /^ {2}2026-01-05T00:00:24\.000Z .* kerb {2}cleared after 70 s {2}job-\w+ assigned chengguan-1$/m,
  )
  const golden = readFileSync(join(GOLDEN, 'street.log.jsonl'), 'utf8')
  expect(readFileSync(log, 'utf8')).toBe(golden)
  const json = await jiemu(['replay', join(GOLDEN, 'street.yaml'), '--json', '--out', inFolder('kept')])
  expect(json.stdout).toBe(golden.slice(golden.indexOf('\n') + 1))
  expect(readFileSync(inFolder('kept/log.jsonl'), 'utf8')).toBe(golden)
  const again = await jiemu(['replay', join(GOLDEN, 'street.yaml'), '--out', inFolder('kept')])
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('golden-street is there already') })
})

test('replay takes the cameras of one file for one street, with one log and one folder', async () => {
  const { cameras, ...people } = parse(readFileSync(join(GOLDEN, 'street.yaml'), 'utf8'))
  const source = { kind: 'recorded', path: join(GOLDEN, 'street.jsonl') }
  const both = ['west', 'east'].map(id => ({ ...cameras[0], id, source }))
  const file = written('crossing.yaml', stringify({ cameras: both, ...people }))
  const { code, stderr } = await jiemu(['replay', file, '--out', inFolder('crossings')])
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('122 pictures analysed of 122') })
  const lines = readFileSync(inFolder('crossings/log.jsonl'), 'utf8').trimEnd().split('\n')
  const [header, ...records] = lines.map(line => JSON.parse(line))
  expect(header).toMatchObject({ complete: true, cameras: ['west', 'east'] })
  expect(records.map(({ type }) => type).join(' ')).toMatch(/^camera camera( incident){6}( job){6}$/)
  expect(existsSync(inFolder('crossings/crossing/pg'))).toBe(true)
})

test('replay takes detections and zones apart, and a MOT sequence with its seqinfo.ini', async () => {
  const recording = await writeRecording(inFolder('recorded'), 0, { incidents: 12, durationMs: 90_000, openAtOnce: 4 })
  const detections = inFolder('recorded/recorded-1.jsonl')
  const args = ['--cameras', recording.yamlPath, '--join-window', '0s', '--json']
  const { code, stdout, stderr } = await jiemu(['replay', detections, ...args])
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const types = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).type)
  expect(types.filter(type => type === 'incident')).toHaveLength(12)
  expect(types.filter(type => type === 'job')).toHaveLength(12)

  mkdirSync(inFolder('MOT-02/det'), { recursive: true })
  written('MOT-02/seqinfo.ini', '[Sequence]\nname=MOT-02\nframeRate=5\nseqLength=10\nimWidth=100\nimHeight=100\n')
  const mot = await jiemu(['replay', written('MOT-02/det/det.txt', '3,-1,10,10,20,40,0.9,-1,-1,-1\n'), '--json'])
  expect(mot).toMatchObject({ code: 0, stderr: expect.stringContaining('10 pictures analysed of 10') })
  expect(JSON.parse(mot.stdout)).toMatchObject({ type: 'camera', id: 'mot-02', pictures: 10 })
})

test('a replay that fails on the way leaves a log that says so', async () => {
  const broken = written('broken.jsonl', '{"atMs":0,"objects":[]}\n{"atMs":1000}\n')
  const log = inFolder('broken.log.jsonl')
  const failed = await jiemu(['replay', join(GOLDEN, 'street.yaml'), broken, '--log', log])
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/line 2: .*\[file-unreadable\]/) })
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ complete: false, cameras: ['golden-street', 'broken'] })
  // What was replayed to its end before is there, as far as it goes.
  expect(lines.slice(1).join('\n')).toBe(
    readFileSync(join(GOLDEN, 'street.log.jsonl'), 'utf8').trimEnd().split('\n').slice(1).join('\n'),
  )
})

test.each([
  [['replay', '/nowhere.mp4'], 'file-unreadable'],
  [['replay', '/nowhere.json'], 'file-unreadable'],
  [['replay', written('det.txt', '1,-1,0,0,9,9,1')], 'request-invalid'],
  [['replay', written('det.txt', '1,-1,0,0,9,9,1'), '--fps', '25', '--size', 'large'], 'request-invalid'],
  [['replay', join(ROOT, 'fixtures/scene')], 'request-invalid'],
  [['replay', join(GOLDEN, 'street.yaml'), '--jitter', 'much'], 'request-invalid'],
  [['replay', join(GOLDEN, 'street.yaml'), join(GOLDEN, 'street.yaml')], 'request-invalid'],
  [['replay', written('live.yaml', CAMERAS)], 'request-invalid'],
  [['bench', 'throughput', '--cameras', '0'], 'request-invalid'],
  [['bench', 'throughput', '--cameras', '2,many'], 'request-invalid'],
  [['bench', 'throughput', '--cameras', '4,2'], 'request-invalid'],
  [['serve', '--config', '/nowhere.yaml'], 'file-unreadable'],
  [['serve', '--host', '0.0.0.0', '--data-dir', inFolder('unsafe')], 'listen-unsafe'],
])('jiemu %j ends with %s and exit code 1', async (args, code) => {
  const ended = await jiemu(args)
  expect(ended.code).toBe(1)
  expect(ended.stderr).toContain(`[${code}]`)
})

test('a fail-point in the environment is refused unless it is allowed', async () => {
  const { code, stderr } = await jiemu(['serve', '--data-dir', inFolder('fp')], { JIEMU_FAILPOINT: 'ack:after' })
  expect(code).toBe(1)
  expect(stderr).toContain('[failpoint-refused]')
})
