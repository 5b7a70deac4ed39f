// The forms of the rules: what a page needs to ask for every option.
import { expect, test } from 'vitest'
import { ZONE_RULES } from '../core/observation.ts'
import { ruleForms } from './rule-forms.ts'

test('every rule that a zone may have is a form, and every option has a help text', () => {
  const forms = ruleForms()
  expect(forms.map(({ kind }) => kind).sort()).toEqual([...ZONE_RULES].sort())
  for (const { options } of forms) {
    const fields = Object.entries((options as { properties: Record<string, { description?: string }> }).properties)
    expect(fields.filter(([, { description = '' }]) => description.length < 10).map(([name]) => name)).toEqual([])
  }
})

test('an option has its default as people write it', () => {
  const [parking] = ruleForms().filter(({ kind }) => kind === 'illegal-parking')
  expect(parking?.options).toMatchObject({
    properties: {
      grace: { type: 'string', default: '7m' },
      ignoreQueues: { type: 'boolean', default: true },
      minScore: { type: 'number', minimum: 0, maximum: 1, default: 0.5 },
      severity: { enum: ['blue', 'yellow', 'orange', 'red'], default: 'yellow' },
    },
  })
})
