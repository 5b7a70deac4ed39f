// ActEV activities against literal files: spans, boxes and the caller's map, and what is said of a wrong field.
import { expect, test } from 'vitest'
import { type ActevOptions, eventsInActev } from './actev.ts'

const VIDEO = 'lot.mp4'
const activity = (name: string, signal: Record<string, number>, more: object = {}) => ({
  activity: name,
  activityID: 3,
  presenceConf: 1,
  localization: { [VIDEO]: signal },
  ...more,
})
const object = (signal: Record<string, object>) => ({
  objectType: 'Vehicle',
  objectID: 1,
  localization: { [VIDEO]: signal },
})
const at = (x: number, y: number, w: number, h: number) => ({ boundingBox: { x, y, w, h } })

const OPTIONS: ActevOptions = {
  ...{ fps: 30, widthPx: 200, heightPx: 100 },
  map: new Map([
    ['vehicle_stopping', { rule: 'illegal-parking', zone: 'kerb' }],
    ['people_talking', { rule: 'crowding' }],
  ]),
}
const BOTH = [activity('vehicle_stopping', { 1: 1, 31: 0 }), activity('people_talking', { 61: 1, 91: 0 })]
const read = (activities: readonly object[], options: Partial<ActevOptions> = {}) =>
  eventsInActev({ filesProcessed: [VIDEO], activities }, 'actev.json', { ...OPTIONS, ...options })

test('makes events of the activities that are mapped; the first frame is 1', () => {
  expect(read([...BOTH, activity('person_opens_trunk', { 5: 1, 9: 0 })])).toEqual([
    { rule: 'illegal-parking', zone: 'kerb', fromMs: 0, toMs: 1_000, what: 'vehicle_stopping 3' },
    { rule: 'crowding', fromMs: 2_000, toMs: 3_000, what: 'people_talking 3' },
  ])
})

test('an activity that comes again is an event again, and one that has no end has none here', () => {
  const again = activity('people_talking', { 301: 1, 61: 1, 91: 0 })
  expect(read([BOTH[0] ?? {}, again]).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
    [0, 1_000],
    [2_000, 3_000],
    [10_000, undefined],
  ])
})

test('takes events in the order of their starts', () => {
  expect(read([...BOTH].reverse()).map(({ fromMs }) => fromMs)).toEqual([0, 2_000])
})

test('a box is the hull of the objects’ boxes where the event begins, clipped to the frame', () => {
  const objects = [
    object({ 1: at(0, 0, 1, 1), 25: at(20, 50, 40, 20), 40: at(90, 90, 9, 9) }),
    object({ 30: at(50, 60, 200, 20), 60: {} }),
    object({ 1: at(0, 0, 1, 1), 20: {} }),
  ]
  const [event] = read([activity('vehicle_stopping', { 30: 1, 60: 0 }, { objects }), BOTH[1] ?? {}])
  expect(event?.box).toEqual([0.1, 0.5, 1, 0.8])
})

test('takes the activities of one video of several', () => {
  const elsewhere = { ...activity('people_talking', {}), localization: { 'yard.mp4': { 1: 1, 4: 0 } } }
  expect(read([...BOTH, elsewhere], { video: 'yard.mp4' })).toMatchObject([{ rule: 'crowding', toMs: 100 }])
  expect(() => read([...BOTH, elsewhere])).toThrow('of several videos, say which: lot.mp4, yard.mp4')
})

const WRONG: [string, readonly object[], string][] = [
  ['an activity that the file does not have', [BOTH[0] ?? {}], 'activities: there is no "people_talking"'],
  ['no name', [{ localization: {} }], 'activities.0.activity: Invalid input'],
  ['a frame that is no number', [activity('people_talking', { one: 1 })], 'activities.0.localization.lot.mp4.one'],
  ['a signal of 2', [activity('people_talking', { 1: 2 })], 'activities.0.localization.lot.mp4.1: Invalid input'],
  [
    'an end before the start',
    [...BOTH, activity('people_talking', { 1: 0, 4: 1 })],
    'activities.2.localization.lot.mp4: expected 1 and 0 in turn',
  ],
  [
    'a frame 0',
    [...BOTH, activity('people_talking', { 0: 1, 4: 0 })],
    'activities.2.localization.lot.mp4: expected 1 and 0 in turn',
  ],
  [
    'a box without a width',
    [
      ...BOTH,
      activity('people_talking', { 1: 1 }, { objects: [object({ 1: { boundingBox: { x: 1, y: 1, h: 3 } } })] }),
    ],
    'activities.2.objects.0.localization.lot.mp4.1.boundingBox.w: Invalid input',
  ],
]
test.each(WRONG)('names the file and the field of %s', (_name, activities, problem) => {
  expect(() => read(activities)).toThrow(
    expect.objectContaining({
      code: 'annotations-invalid',
      message: expect.stringContaining(`actev.json: ${problem}`),
    }),
  )
})

test('names a video that no activity is of', () => {
  expect(() => read(BOTH, { video: 'yard.mp4' })).toThrow('actev.json: activities: none is of "yard.mp4"')
})
