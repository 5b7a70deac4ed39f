// The weighted F against literal values.
import { expect, test } from 'vitest'
import { I_LIDS_BIAS, weightedF } from './ilids.ts'

const CASES: [string, number | null, number | null, number, number | null][] = [
  ['a bias of 1 is the harmonic mean', 0.5, 1, 1, 2 / 3],
  ['equal shares are their own mean, whatever the bias', 0.8, 0.8, 60, 0.8],
  ['an operator: false alarms cost more', 0.5, 1, I_LIDS_BIAS.operationalAlert, 0.775 / 1.275],
  ['an operator: misses cost less', 1, 0.5, I_LIDS_BIAS.operationalAlert, 0.775 / 1.05],
  ['a recorder: false alarms hardly matter', 0.5, 1, I_LIDS_BIAS.eventRecording, 30.5 / 31],
  ['a recorder: misses matter', 1, 0.5, I_LIDS_BIAS.eventRecording, 30.5 / 60.5],
  ['all wrong', 0, 0, 0.55, 0],
  ['no alarm', null, 0, 0.55, null],
  ['no event', 0, null, 0.55, null],
]
test.each(CASES)('%s', (_name, precision, recall, bias, expected) => {
  const found = weightedF(precision, recall, bias)
  if (expected === null) expect(found).toBeNull()
  else expect(found).toBeCloseTo(expected, 12)
})
