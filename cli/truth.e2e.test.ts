// Truth files and scores on the command line: annotations become truth, truth is checked, footage is scored by it.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jiemu, ROOT, temporaryFolder } from '../tests/support/jiemu.ts'

const folder = temporaryFolder('truth')
afterAll(folder.remove)
const at = (name: string) => join(folder.path, name)
function write(name: string, content: unknown): string {
  mkdirSync(dirname(at(name)), { recursive: true })
  writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content))
  return at(name)
}
const json = (name: string) => JSON.parse(readFileSync(at(name), 'utf8'))

describe('jiemu truth', () => {
  const PEOPLE = [0, 3, 3, 3, 3, 0, 0, 0]
  const CROWD = ['--zone-options', 'threshold=3', 'clearBelow=1', 'hold=1s', 'clearAfter=1s']

  beforeAll(() => {
    const rows = PEOPLE.flatMap((people, frame) =>
      Array.from({ length: people }, (_, id) => `${frame + 1},${id + 1},${90 * id},10,50,90,1,1,1`),
    )
    write('MOT/gt/gt.txt', rows.join('\n'))
    const ini = ['[Sequence]', 'imDir=img1', 'frameRate=2', `seqLength=${PEOPLE.length}`, 'imWidth=640', 'imHeight=480']
    write('MOT/seqinfo.ini', ini.join('\n'))
    // Their length is read without decoding them.
    for (const index of PEOPLE.keys()) write(`MOT/img1/${String(index + 1).padStart(6, '0')}.jpg`, 'a picture')
  })

  test('imports a sequence of MOTChallenge, which it then finds right', async () => {
    const made = await jiemu([
      'truth',
      'import',
      at('MOT/gt/gt.txt'),
      '--format',
      'mot',
      '--out',
      at('mot.json'),
      ...CROWD,
    ])
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.stdout).toContain('mot.json: 1 zones, 1 events, 8 counted pictures')
    expect(json('mot.json')).toMatchObject({
      ...{ camera: 'mot', source: { kind: 'images', path: 'MOT/img1', frameIntervalMs: 500 }, durationMs: 4_000 },
      events: [{ rule: 'crowding', fromMs: 500, toMs: 2_500 }],
    })
    const checked = await jiemu(['truth', 'check', at('mot.json')])
    expect(checked).toMatchObject({ code: 0, stderr: '' })
    expect(checked.stdout).toContain('8 counted pictures, footage of 4.0 s')
  })

  test('imports COCO annotations', async () => {
    const coco = {
      images: PEOPLE.map((_, id) => ({
        id,
        file_name: `${String(id + 1).padStart(6, '0')}.jpg`,
        width: 640,
        height: 480,
      })),
      annotations: PEOPLE.flatMap((people, id) =>
        Array.from({ length: people }, () => ({ image_id: id, category_id: 1 })),
      ),
      categories: [{ id: 1, name: 'person' }],
    }
    const args = ['--format', 'coco', '--out', at('coco.json'), '--source', at('MOT/img1'), '--fps', '2', ...CROWD]
    expect(await jiemu(['truth', 'import', write('annotations.json', coco), ...args])).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(json('coco.json').events).toEqual([{ rule: 'crowding', zone: 'crowd', fromMs: 500, toMs: 2_500 }])
  })

  test('imports ActEV activities into zones that were drawn before', async () => {
    const activities = [{ activity: 'vehicle_stopping', localization: { 'lot.mp4': { 11: 1, 41: 0 } } }]
    const args = [
      '--format',
      'actev',
      '--out',
      at('actev.json'),
      '--like',
      write('drawn.json', drawn('drawn', [])),
      '--fps',
      '1',
    ]
    const map = ['--map', 'vehicle_stopping=illegal-parking/kerb']
    const made = await jiemu(['truth', 'import', write('activities.json', { activities }), ...args, ...map])
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(json('actev.json').events).toMatchObject([{ zone: 'kerb', fromMs: 10_000, toMs: 40_000 }])
  })

  test('says of each wrong file what is wrong with it, and reads the others', async () => {
    const short = write('short.json', { ...json('mot.json'), durationMs: 9_000 })
    const option = write('option.json', drawn('option', [], { grace: '10s', grece: '1s' }))
    const { code, stdout, stderr } = await jiemu(['truth', 'check', short, option, at('nowhere.json'), at('mot.json')])
    expect(code).toBe(1)
    expect(stderr).toContain('short.json: durationMs: the footage lasts 4.0 s, not 9.0 s [truth-invalid]')
    expect(stderr).toMatch(/option\.json: zones\.0\.options.*grece.*\[options-invalid\]/)
    expect(stderr).toContain('[file-unreadable]')
    expect(stdout).toContain('mot.json: 1 zones')
  })

  test('names the line of a wrong row, and the option that is missing', async () => {
    const rows = write('elsewhere/gt/gt.txt', '1,1,10,10,20,60,1,1,1\n1,x,10,10,20,60,1,1,1')
    const importing = ['truth', 'import', rows, '--format', 'mot', '--out', at('no.json')]
    expect((await jiemu([...importing, '--size', '640x480'])).stderr).toContain(
      'gt.txt: line 2, id: "x" is no number [annotations-invalid]',
    )
    expect((await jiemu(importing)).stderr).toContain('--size is needed')
    const classes = await jiemu([...importing, '--size', '640x480', '--classes', '1,person'])
    expect(classes.stderr).toContain('--classes is a list of class numbers')
  })
})

const PARKED = { rule: 'illegal-parking', zone: 'kerb', fromMs: 5_000, toMs: 60_000, box: [0.4, 0.4, 0.6, 0.6] }

/** A kerb, and the recording `NAME.jsonl` beside it. */
const drawn = (name: string, events: readonly object[], options: object = { grace: '10s' }) => ({
  version: 1,
  camera: name,
  source: { kind: 'recorded', path: `${name}.jsonl` },
  frame: { widthPx: 640, heightPx: 480 },
  zones: [
    {
      id: 'kerb',
      rule: 'illegal-parking',
      options,
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    },
  ],
  events,
})

/** A car that stands from the 5th to the 60th second, seen each second. */
function record(name: string, seconds: number): string {
  const car = { label: 'car', score: 0.9, box: PARKED.box }
  const lines = Array.from({ length: seconds }, (_, index) =>
    JSON.stringify({ atMs: index * 1_000, objects: index >= 5 && index < 60 ? [car] : [] }),
  )
  write(`${name}.jsonl`, lines.join('\n'))
  return write(`${name}.json`, drawn(name, [PARKED]))
}

describe('jiemu score', () => {
  test('prints a table, and writes the figures', async () => {
    const { code, stdout, stderr } = await jiemu(['score', record('kerb', 180), '--json', at('score.json')])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stdout.split('\n').map(line => line.split(/ {2,}/)[0])).toEqual([
      ...['', 'illegal-parking', 'camera-health', 'kerb', 'in all', ''],
    ])
    const { complete, all, rules, cameras } = json('score.json')
    expect(complete).toBe(true)
    expect(all).toMatchObject({ events: 1, hits: 1, falseAlarms: 0, duplicates: 0, f1: 1, notCleared: 0 })
    expect(all.timeToClearMs.n).toBe(1)
    expect([rules['illegal-parking'].hits, cameras.kerb.hits]).toEqual([1, 1])
  })

  test('its result is one page: time line, curve, a sketch at each mark, and what changed since another', async () => {
    const missed = write('never.json', {
      ...drawn('kerb', [{ ...PARKED, fromMs: 100_000, toMs: 150_000 }]),
      camera: 'kerb',
    })
    expect(await jiemu(['score', record('kerb', 180), '--json', at('before/score.json')])).toMatchObject({ code: 0 })
    const scored = await jiemu(['score', missed, at('kerb.json'), '--json', at('after/score.json')])
    expect(scored).toMatchObject({ code: 0 })
    const args = ['bench', 'report', '--results', at('after'), '--against', at('before'), '--out', at('page')]
    expect(await jiemu(args)).toMatchObject({ code: 0, stderr: '' })
    const page = readFileSync(at('page/report.html'), 'utf8')
    // A namespace is no address: nothing is fetched, nothing runs.
    const fetching = /https?:|<script|<link|@import|url\((?!['"]?#)/g
    expect(page.replaceAll('http://www.w3.org/', '').match(fetching)).toBeNull()
    expect(page.match(/class="shot"/g)).toHaveLength(3)
    expect(page.match(/sketch of recorded detections/g)).toHaveLength(3)
    for (const part of [
      'kerb, 2 events, 2 alarms of score 0.90',
      'missed: ',
      'false alarm: kerb',
      'found in time: kerb',
    ]) {
      expect(page).toContain(part)
    }
    expect(page).toContain('score, kerb: every event and every false alarm is as it was')
    expect(readFileSync(at('page/report.md'), 'utf8')).toContain('| in all | 2 | 1 | 1 | 1 | 0 | 0.50 | 0.50 |')
    expect(JSON.parse(readFileSync(at('page/report.json'), 'utf8')).results[0].score.cases).toHaveLength(2)
  })

  test('leaves a report that says it is incomplete, where it is killed', async () => {
    const [first, second] = [record('first', 180), record('second', 20_000)]
    const args = ['dist/cli/main.js', 'score', first, second, '--json', at('killed.json')]
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    for await (const chunk of child.stderr) {
      said += chunk
      if (said.includes('first.json')) child.kill('SIGKILL')
    }
    expect(said).not.toContain('second.json')
    expect(json('killed.json')).toMatchObject({ complete: false, asked: [first, second], scored: 1, all: { hits: 1 } })
    await jiemu(['bench', 'report', '--results', at('killed.json'), '--out', at('killed')])
    const page = readFileSync(at('killed/report.html'), 'utf8')
    expect(page).toContain(`Only 1 of 2 truth files were scored; not ${second}.`)
  })

  test('replays nothing where any truth is wrong', async () => {
    const wrong = write('wrong.json', drawn('kerb', [{ ...PARKED, zone: 'yard' }]))
    const { code, stdout, stderr } = await jiemu(['score', at('kerb.json'), wrong])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('wrong.json: events.0.zone: there is no zone "yard" [truth-invalid]')
  })
})
