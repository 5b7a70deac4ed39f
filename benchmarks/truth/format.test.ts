// fixtures/README.md against the code: it names every field of a truth file and every figure of a score.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { figuresOf } from '../scoring/figures.ts'
import { I_LIDS_BIAS } from '../scoring/ilids.ts'
import { truthSchema } from './format.ts'

const README = readFileSync(join(import.meta.dirname, '../../fixtures/README.md'), 'utf8')
const named = (field: string) => README.includes(`\`${field}\``)

describe('fixtures/README.md', () => {
  test('names every field of a truth file', () => {
    const { events, source } = truthSchema.shape
    expect(Object.keys(truthSchema.shape).filter(field => !named(field))).toEqual([])
    expect(Object.keys(source.shape).filter(field => !named(field))).toEqual([])
    expect(Object.keys(events.element.shape).filter(field => !named(field))).toEqual([])
  })

  test('names every figure that is more than a number of things', () => {
    const plain = ['cameras', 'events', 'alarms', 'hits', 'misses', 'falseAlarms', 'duplicates', 'cameraDays']
    const figures = Object.keys(figuresOf([])).filter(name => !plain.includes(name))
    expect(figures.filter(figure => !named(figure))).toEqual([])
  })

  test('states the recall biases that are used', () => {
    expect(README).toContain(`\`operationalAlert\` with a recall bias α of ${I_LIDS_BIAS.operationalAlert}`)
    expect(README).toContain(`\`eventRecording\` with ${I_LIDS_BIAS.eventRecording}`)
  })
})
