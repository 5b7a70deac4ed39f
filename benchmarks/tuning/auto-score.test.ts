// The score from which alerts may go straight to dispatch: literal verdicts, literal answers.
import { expect, test } from 'vitest'
import { wilson } from '../../core/wilson.ts'
import { sampleIncident } from '../../tests/support/api-samples.ts'
import { autoScoreFor, LEAST_AUTO_PRECISION, type OpenedAlert } from './auto-score.ts'

type Review = OpenedAlert['incident']['review']
const alerts = (count: number, review: Review, openingScore: number): readonly OpenedAlert[] =>
  Array.from({ length: count }, () => ({ incident: { ...sampleIncident('north'), review }, openingScore }))

const BY_HAND = { mode: 'confirm', autoScore: 0.5 } as const
const found = (given: readonly OpenedAlert[], policy: Parameters<typeof autoScoreFor>[1] = BY_HAND) => {
  const auto = autoScoreFor(given, policy)
  return auto && [auto.score, auto.straight.length, auto.of]
}

test.each<[string, readonly OpenedAlert[], ReturnType<typeof found>]>([
  ['nothing is known', [], null],
  ['34 were confirmed', alerts(34, 'confirmed', 0.8), null],
  ['35 were confirmed', alerts(35, 'confirmed', 0.8), [0.8, 35, 35]],
  ['one of 52 was rejected', [...alerts(51, 'confirmed', 0.8), ...alerts(1, 'rejected', 0.9)], null],
  ['one of 53 was rejected', [...alerts(52, 'confirmed', 0.8), ...alerts(1, 'rejected', 0.9)], [0.8, 53, 53]],
  ['those below were wrong', [...alerts(40, 'confirmed', 0.719), ...alerts(9, 'rejected', 0.6)], [0.71, 40, 49]],
  ['those above were wrong', [...alerts(40, 'confirmed', 0.7), ...alerts(9, 'rejected', 0.8)], null],
  ['most were decided by nobody', [...alerts(20, 'confirmed', 0.8), ...alerts(200, 'expired', 0.8)], null],
  ['some were decided by nobody', [...alerts(40, 'confirmed', 0.8), ...alerts(3, 'expired', 0.9)], [0.8, 43, 43]],
])('where %s', (_, given, expected) => {
  expect(found(given)).toEqual(expected)
})

test('a rejection counts whatever its reason was: somebody would have been sent', () => {
  const [one] = alerts(1, 'rejected', 0.8)
  if (!one) throw new Error('there is one')
  const blurred: OpenedAlert = { ...one, incident: { ...one.incident, rejectReason: 'bad-picture' } }
  expect(found([...alerts(40, 'confirmed', 0.8), blurred])).toBeNull()
})

test('where alerts go straight already, only a lower score is something new, and only what is asked about speaks for it', () => {
  const given = [...alerts(40, 'confirmed', 0.6), ...alerts(99, 'auto-confirmed', 0.9)]
  expect(found(given, { mode: 'auto', autoScore: 0.7 })).toEqual([0.6, 40, 40])
  expect(found(given, { mode: 'auto', autoScore: 0.6 })).toBeNull()
})

test('the verdicts that it takes are those that are written down', () => {
  const low = (confirmed: number, of: number) => wilson(confirmed, of)?.low ?? 0
  expect([low(34, 34), low(51, 52)].every(value => value < LEAST_AUTO_PRECISION)).toBe(true)
  expect([low(35, 35), low(52, 53)].every(value => value >= LEAST_AUTO_PRECISION)).toBe(true)
})
