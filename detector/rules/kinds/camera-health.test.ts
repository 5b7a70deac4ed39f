// Cameras that fall silent, freeze, go blind, look elsewhere and come back, as tables of views and of stream states.
import { describe, expect, test } from 'vitest'
import { HEALTH_ZONE } from '../../../core/camera.ts'
import type { View } from '../../../core/scene.ts'
import { atS, CORRUPT, type Event, ONLINE, healthRule as rule, seen, silent, story, tell, told } from '../attended.ts'
import { observationsIn, START_AT } from '../painted.ts'
import { cameraHealth } from './camera-health.ts'

describe('what a camera shows', () => {
  test.each<[View, number]>([
    ['frozen', 60],
    ['dark', 60],
    ['overexposed', 60],
    ['covered', 60],
    ['drops', 60],
    ['blurred', 60],
    ['moved', 30],
  ])('%s for %i s opens one incident with a picture, and clears with one', (view, after) => {
    const findings = tell(rule()(), seen(0, 20), seen(20, 200, view), seen(200, 400))
    expect(story(findings)).toEqual([
      `${20 + after} ${view} picture fired`,
      `${20 + after} ${view} holds`,
      `260 ${view} picture cleared`,
      `260 ${view} ended`,
    ])
  })

  test('a clear view has nothing to say', () => {
    expect(tell(rule()(), seen(0, 4_000), told(0, 4_000, {}))).toEqual([])
  })

  test('repeats every ten seconds while it lasts, and its end twice', () => {
    const said = observationsIn(tell(rule()(), seen(0, 62, 'moved'), seen(62, 160)))
    expect(said.map(({ at, phase }) => [(at - START_AT) / 1_000, phase]).slice(-5)).toEqual([
      [110, 'holds'],
      [120, 'holds'],
      [122, 'ended'],
      [132, 'ended'],
      [142, 'ended'],
    ])
  })

  test('says which fault, since when, and for how long', () => {
    const [first] = observationsIn(tell(rule()(), seen(0, 10), seen(10, 80, 'covered')))
    expect(first).toMatchObject({
      fingerprint: 'camera-health|gate/kerb|covered',
      subject: 'covered',
      zoneId: HEALTH_ZONE,
      since: atS(10),
      dueAt: atS(70),
      at: atS(70),
      score: 1,
      severity: 'orange',
      measure: { name: 'fault', value: 60_000, limit: 60_000, unit: 'ms' },
      boxes: [],
      reason: { model: { name: 'camera-health', sha256: '0'.repeat(64) } },
    })
  })

  const alternating = (fault: View, bad: number, good: number): readonly Event[] =>
    Array.from({ length: 10 }, (_, n) => n * (bad + good)).flatMap(fromS => [
      ...seen(fromS, fromS + bad, fault),
      ...seen(fromS + bad, fromS + bad + good),
    ])
  test.each<[string, readonly Event[], readonly string[]]>([
    ['shorter than `after` is none', [...seen(0, 28, 'moved'), ...seen(28, 200)], []],
    ['most of the time is enough', alternating('blurred', 14, 6), ['60 blurred picture fired', '60 blurred holds']],
    ['half of the time is not', alternating('blurred', 10, 10), []],
    ['a blink each minute is none', alternating('dark', 2, 58), []],
    [
      'a doubtful picture in ten does not keep it open',
      [...seen(0, 70, 'blurred'), ...alternating('blurred', 2, 18).map(event => shifted(event, 82)), ...seen(70, 82)],
      ['60 blurred picture fired', '60 blurred holds', '130 blurred picture cleared', '130 blurred ended'],
    ],
    [
      'it does not clear on a lull, nor open twice',
      [...seen(0, 60, 'moved'), ...seen(60, 110), ...seen(110, 180, 'moved')],
      ['30 moved picture fired', '30 moved holds'],
    ],
  ])('%s', (_, events, expected) => {
    expect(story(tell(rule()(), events))).toEqual(expected)
  })

  test('a gap counts for nothing, and a suspicion outlives it for twenty minutes', () => {
    const clips = (everyS: number) => [0, 1, 2, 3].flatMap(n => seen(n * everyS, n * everyS + 11, 'moved'))
    const [first] = observationsIn(tell(rule()(), clips(900)))
    expect(first).toMatchObject({ at: atS(1_810), since: atS(0), blindMs: 2 * 890_000, dueAt: atS(1_810) })
    expect(tell(rule()(), clips(1_300))).toEqual([])
  })
})

/** The same event, later. */
function shifted({ at, scene }: Event, byS: number): Event {
  const ms = byS * 1_000
  return { at: at + ms, ...(scene && { scene: { ...scene, at: scene.at + ms } }) }
}

describe('a fault that hides another', () => {
  test('covered says nothing of moved: that stays as it was until it can be told again', () => {
    const findings = tell(
      rule()(),
      seen(0, 40, 'moved'),
      seen(40, 240, 'covered'),
      seen(240, 260, 'moved'),
      seen(260, 400),
    )
    expect(story(findings)).toEqual([
      ...['30 moved picture fired', '30 moved holds', '100 covered picture fired', '100 covered holds'],
      ...['300 covered picture cleared', '300 covered ended', '320 moved picture cleared', '320 moved ended'],
    ])
  })

  test('a camera that is turned away while it is blurred is not sharp because of that', () => {
    const findings = tell(rule()(), seen(0, 80, 'blurred'), seen(80, 400, 'moved'))
    expect(story(findings).filter(line => !line.includes('picture'))).toEqual(['60 blurred holds', '110 moved holds'])
  })

  test('what is blurred by day is not sharp again by night', () => {
    const findings = tell(
      rule({ dark: false })(),
      seen(0, 100, 'blurred'),
      seen(100, 4_000, 'dark'),
      seen(4_000, 4_100),
    )
    expect(story(findings).at(-1)).toBe('4060 blurred ended')
    expect(story(findings)).toHaveLength(4)
  })

  test('offline says nothing of frozen, and the picture that comes back tells both', () => {
    const findings = tell(
      rule()(),
      ...[seen(0, 80, 'frozen'), told(0, 80, {})],
      ...[silent(80, 200, 78), seen(200, 300), told(200, 300, {})],
    )
    expect(story(findings)).toEqual([
      ...['60 frozen picture fired', '60 frozen holds', '110 offline holds'],
      ...['260 offline picture cleared', '260 offline ended', '260 frozen picture cleared', '260 frozen ended'],
    ])
  })
})

describe('a stream that gives no pictures', () => {
  const back = [seen(100, 200), told(100, 200, {})]
  test.each<[string, readonly (readonly Event[])[], readonly string[]]>([
    ['retrying', [silent(0, 100)], ['30 offline holds']],
    ['failed', [silent(0, 100, undefined, { state: 'failed' })], ['30 offline holds']],
    ['connecting for ever', [silent(0, 100, undefined, { state: 'connecting' })], ['30 offline holds']],
    ['connecting for a moment, as after every start', [silent(0, 25, undefined, { state: 'connecting' })], []],
    ['online, but no packet makes a picture', [told(0, 100, { lastFrameAt: null })], ['60 offline holds']],
    ['footage that is over', [seen(0, 20), told(20, 300, { state: 'ended', clock: 'media' })], []],
    ['footage that is begun anew', [seen(0, 20), told(20, 300, { state: 'retrying', clock: 'media' })], []],
    [
      'online again: cleared once pictures have come for long enough',
      [silent(0, 100), ...back],
      ['30 offline holds', '160 offline picture cleared', '160 offline ended'],
    ],
  ])('%s', (_, parts, expected) => {
    expect(story(tell(rule()(), ...parts))).toEqual(expected)
  })

  test('the silence begins with the last picture, not with what the stream says of it', () => {
    const [first] = observationsIn(tell(rule()(), seen(0, 20), silent(25, 80, 18)))
    expect(first).toMatchObject({ since: atS(18), at: atS(50), dueAt: atS(48) })
  })

  test('a network that comes for 5 s and goes for 20 s is one incident', () => {
    const flaps = Array.from({ length: 40 }, (_, n) => n * 25).flatMap(fromS => [
      ...seen(fromS, fromS + 5),
      ...told(fromS, fromS + 5, {}),
      ...silent(fromS + 5, fromS + 25, fromS + 4),
    ])
    expect(story(tell(rule()(), flaps))).toEqual(['35 offline holds'])
  })

  test('a camera that is looked at once in twenty seconds is not offline in between', () => {
    const seldom = seen(0, 600, 'clear', 20)
    const health = seldom.flatMap(({ at }) =>
      [5, 10, 15].map(laterS => ({ at: at + laterS * 1_000, health: { ...ONLINE, lastFrameAt: at } })),
    )
    expect(tell(rule()(), seldom, health)).toEqual([])
  })
})

describe('what else a stream says', () => {
  test.each<[string, readonly (readonly Event[])[], readonly string[]]>([
    [
      'broken pictures for a minute',
      [told(0, 100, { problem: CORRUPT }), told(100, 200, {})],
      ['60 corrupt holds', '160 corrupt ended'],
    ],
    ['a clock that is off for five minutes', [told(0, 400, { clockSkewMs: -11_000 })], ['300 clock-skew holds']],
    ['a clock that is off by less than the limit', [told(0, 400, { clockSkewMs: 9_000 })], []],
    ['a clock that nobody knows', [told(0, 400, { clockSkewMs: null, clock: 'arrival' })], []],
  ])('%s', (_, parts, expected) => {
    expect(story(tell(rule()(), ...parts))).toEqual(expected)
  })

  test('says by how much a clock may be off', () => {
    const [first] = observationsIn(tell(rule({ clockSkewLimit: '1m' })(), told(0, 400, { clockSkewMs: 3_600_000 })))
    expect(first?.reason.thresholds).toMatchObject({ clockSkewLimitMs: 60_000 })
  })
})

describe('options', () => {
  test('another time and severity', () => {
    const findings = tell(
      rule({ moved: { after: '4s', severity: 'red' }, clearAfter: '6s' })(),
      seen(0, 10, 'moved'),
      seen(10, 30),
    )
    expect(story(findings).filter(line => !line.includes('picture'))).toEqual(['4 moved holds', '16 moved ended'])
    expect(observationsIn(findings)[0]).toMatchObject({ severity: 'red' })
  })

  test('what is not watched is not told, and still hides what follows it', () => {
    expect(tell(rule({ covered: false })(), seen(0, 20, 'moved'), seen(20, 600, 'covered'))).toEqual([])
  })

  test('a fault outside its calendar does not open; one that is open lasts over night', () => {
    const dark = { calendar: { from: '07:00', to: '08:02' } }
    const opened = ['60 dark picture fired', '60 dark holds']
    expect(story(tell(rule({ dark })(), seen(100, 4_000, 'dark')))).toEqual([])
    expect(story(tell(rule({ dark })(), seen(0, 4_000, 'dark')))).toEqual(opened)
    expect(story(tell(rule({ dark })(), seen(0, 1_000, 'dark'), seen(1_000, 1_100)))).toEqual([
      ...opened,
      ...['1060 dark picture cleared', '1060 dark ended'],
    ])
  })

  test('a fault that is switched off while it is open ends', () => {
    const watching = rule()()
    tell(watching, seen(0, 100, 'dark'))
    const off = rule({ dark: false })(JSON.parse(JSON.stringify(watching.snapshot())))
    expect(story(tell(off, seen(100, 300, 'dark')))).toEqual(['100 dark ended'])
  })

  test('the defaults are those of the domain', () => {
    const { offline, frozen, dark, covered, moved, clearAfter } = cameraHealth.options.parse({})
    const after = [offline, frozen, dark, covered, moved]
      .map(watched => watched || { after: 0 })
      .map(({ after }) => after)
    expect([...after, clearAfter]).toEqual([30_000, 60_000, 60_000, 60_000, 30_000, 60_000])
  })
})
