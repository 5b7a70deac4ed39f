// The forms of the rules against the words of the page: no option without a name in both languages.
import { expect, test } from 'vitest'
import { ruleForms } from '../../../../main-process/rule-forms.ts'
import { areSound, isSound, type Schema } from './option-schema.ts'
import { wordOfOption } from './option-words.ts'

function names(schema: Schema, before = ''): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const own = `${before}${name}`
    return [own, ...names(inner, `${own}.`), ...(inner.items ? names(inner.items, `${own}.`) : [])]
  })
}

test.each(ruleForms())('every option of $kind has a name in both languages, and its own a help text', form => {
  const all = names(form.options as Schema)
  expect(all.filter(name => !wordOfOption(form.kind, name))).toEqual([])
  expect(all.filter(name => !name.includes('.') && !wordOfOption(form.kind, name)?.help)).toEqual([])
})

test('says of options whether they keep to their schema, as the rule itself would', () => {
  const [parking] = ruleForms().filter(({ kind }) => kind === 'illegal-parking')
  const schema = (parking?.options ?? {}) as Schema
  expect(areSound(schema, { grace: '7m', ignoreQueues: false, minScore: 0.6, calendar: { from: '07:00' } })).toBe(true)
  for (const wrong of [{ grace: '7' }, { grace: 7 }, { minScore: 2 }, { graze: '7m' }, { calendar: { from: '7am' } }]) {
    expect([wrong, areSound(schema, wrong)]).toEqual([wrong, false])
  }
  const [bin] = ruleForms().filter(({ kind }) => kind === 'overflowing-bin')
  const open = ((bin?.options ?? {}) as Schema).properties?.open ?? {}
  expect([isSound(open, { k: 4, n: 6 }), isSound(open, { k: 4 }), isSound(open, { k: 0.5, n: 6 })]).toEqual([
    true,
    false,
    false,
  ])
})
