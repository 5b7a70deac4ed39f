// The codes of the city: what is known, what a city sets itself, what is refused.
import { expect, test } from 'vitest'
import { CITY_CODES, cityCodes, cityCodesSchema } from './city-codes.ts'

test('a city sets the codes of its own catalogue, and the rest stay as they are', () => {
  const own = cityCodesSchema.parse({
    'overflowing-bin': { category: '06', categoryName: '市容环境', code: '042', codeName: '垃圾站（箱）满溢' },
  })
  expect(cityCodes(own)['overflowing-bin']).toEqual({
    category: '06',
    categoryName: '市容环境',
    code: '042',
    codeName: '垃圾站（箱）满溢',
    source: 'configured',
  })
  expect(cityCodes(own)['illegal-parking']).toEqual(CITY_CODES['illegal-parking'])
})

test('a code that was found nowhere is empty, and never guessed', () => {
  for (const { source, ...fields } of Object.values(CITY_CODES)) {
    expect(Object.values(fields).every(field => (field === null) === (source === 'none'))).toBe(true)
  }
})

test.each([
  ['a kind that does not exist', { graffiti: { category: '02', categoryName: 'x', code: '01', codeName: 'y' } }],
  ['a code that is a formula', { crowding: { category: '=1', categoryName: 'x', code: '01', codeName: 'y' } }],
  ['a code without its name', { crowding: { category: '05', code: '01' } }],
])('refuses %s', (_what, wrong) => {
  expect(cityCodesSchema.safeParse(wrong).success).toBe(false)
})
