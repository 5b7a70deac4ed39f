// Which notices go to which destination of the settings, and how destinations are named.
import { expect, test } from 'vitest'
import { silentLog } from '../../core/log.ts'
import { systemClock } from '../../core/time.ts'
import { LOOPBACK_ALLOWED, NOTICE } from '../../tests/support/loopback.ts'
import { destinationSchema, isWanted, openDestinations } from './destinations.ts'

const DEPS = { guard: LOOPBACK_ALLOWED, clock: systemClock, log: silentLog }
const settings = (...all: readonly object[]) => all.map(one => destinationSchema.parse({ kind: 'log', ...one }))
const system = (event: string) => ({ ...NOTICE, event, subject: 'canary', details: {} })

test.each([
  [{}, true],
  [{ events: ['job.assigned'] }, true],
  [{ events: ['incident.opened', 'job.*'] }, true],
  [{ events: ['incident.*'] }, false],
  [{ kinds: ['illegal-parking', 'crowding'] }, true],
  [{ kinds: ['crowding'] }, false],
  [{ minSeverity: 'blue' }, true],
  [{ minSeverity: 'yellow' }, true],
  [{ minSeverity: 'orange' }, false],
  [{ streets: ['gulou'] }, true],
  [{ streets: ['tianshui'] }, false],
  [{ teams: ['chengguan-1'] }, true],
  [{ teams: ['huanwei-1'] }, false],
  [{ events: ['job.*'], streets: ['tianshui'] }, false],
])('a destination with %j wants the yellow parking job of gulou: %s', (filter, wanted) => {
  const [setting] = settings(filter)
  expect(setting && isWanted(setting, NOTICE)).toBe(wanted)
})

test.each([
  ['system.canary', {}, false],
  ['system.canary', { canary: true, events: ['job.*'] }, true],
  ['system.canary-missing', { streets: ['tianshui'], minSeverity: 'red' }, true],
  ['system.canary-missing', { events: ['job.*'] }, false],
  ['system.canary-missing', { events: ['system.*'] }, true],
])('%s goes to a destination with %j: %s', (event, filter, wanted) => {
  const [setting] = settings(filter)
  expect(setting && isWanted(setting, system(event))).toBe(wanted)
})

test('destinations are named by the settings, or by kind and place', () => {
  const opened = openDestinations(settings({}, { name: 'archive' }), DEPS)
  expect(opened.map(({ destination }) => destination)).toEqual(['log-1', 'archive'])
})

test('two destinations of one name, an unknown kind and an unknown option do not start', () => {
  const opening =
    (...all: readonly object[]) =>
    () =>
      openDestinations(settings(...all), DEPS)
  expect(opening({ name: 'a' }, { name: 'a' })).toThrow(/two are named "a"/)
  expect(opening({ name: 'canary' })).toThrow(/two are named "canary"/)
  expect(opening({ kind: 'pigeon' })).toThrow(/log, webhook, dingtalk/)
  expect(opening({ speed: 3 })).toThrow(/notifiers\.0.*speed/)
})

test.each([{ events: ['job.sung'] }, { events: ['jobs.*'] }, { minSeverity: 'pink' }, { name: 'With Spaces' }])(
  '%j is refused in the settings',
  change => expect(destinationSchema.safeParse({ kind: 'log', ...change }).success).toBe(false),
)
