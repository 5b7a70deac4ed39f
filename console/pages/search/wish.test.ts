// What stands in the address of a search, and what the server is asked for it.
import { expect, test } from 'vitest'
import { askedOf, withMark } from './wish.ts'

test('asks for whole days of the street, both included', () => {
  const asked = askedOf(new URLSearchParams('from=2026-03-12&to=2026-03-12'))
  expect(Number(asked.get('from'))).toBe(Date.parse('2026-03-12T00:00:00+08:00'))
  expect(Number(asked.get('to'))).toBe(Date.parse('2026-03-13T00:00:00+08:00'))
})

test('asks for no day that there is not, and for nothing that it does not know', () => {
  expect(String(askedOf(new URLSearchParams('from=tomorrow&to=2026-99-99&limit=9&kind=crowding&text=%20')))).toBe(
    'kind=crowding',
  )
})

test('another camera takes the zone with it', () => {
  const address = new URLSearchParams('camera=gate&zone=kerb&kind=crowding')
  expect(String(withMark(address, 'camera', 'market'))).toBe('camera=market&kind=crowding')
  expect(String(withMark(address, 'kind', undefined))).toBe('camera=gate&zone=kerb')
})
