// Policies: what a row leaves out.
import { expect, test } from 'vitest'
import { RULE_KINDS } from './observation.ts'
import { defaultPolicy, policySchema } from './team.ts'

test('a policy that names no cooldown has its kind’s', () => {
  const minutes = Object.fromEntries(
    RULE_KINDS.map(kind => [kind, policySchema.parse({ kind, mode: 'auto' }).cooldown / 60_000]),
  )
  expect(minutes).toEqual({
    'illegal-parking': 10,
    crowding: 10,
    'overflowing-bin': 30,
    'dirty-road': 60,
    'camera-health': 10,
  })
})

test('a policy that names one keeps it, and nobody’s policy is an operator’s decision', () => {
  expect(policySchema.parse({ kind: 'dirty-road', cooldown: '0s' }).cooldown).toBe(0)
  expect(defaultPolicy('crowding')).toMatchObject({ mode: 'confirm', joinWindow: 600_000 })
})

test('a camera’s fault goes straight to the engineers, unless a policy says otherwise', () => {
  expect(defaultPolicy('camera-health').mode).toBe('auto')
  expect(policySchema.parse({ kind: 'camera-health', mode: 'confirm' }).mode).toBe('confirm')
})
