// What a wall says of its cameras, which of them it shows, and where the arrows lead.
import { expect, test } from 'vitest'
import type { Camera } from '../../client/records.ts'
import { DOMAIN_EN } from '../../words/domain-en.ts'
import { ailmentsOf, chosenBy, moved } from './camera-health.ts'

const camera = (fields: object = {}): Camera =>
  ({
    id: 'gate',
    name: '五芳斋门口',
    streetId: 's1',
    gridId: 'g1',
    health: { state: 'online', problem: null },
    sight: { view: 'clear', alignment: 'aligned' },
    ...fields,
  }) as Camera
const keysOf = (fields: object) => ailmentsOf(camera(fields), DOMAIN_EN).map(({ key }) => key)

test.each([
  ['all is well', {}, []],
  ['its shard has said nothing', { health: null }, ['unknown']],
  [
    'it is away, whatever was seen before',
    { health: { state: 'retrying', problem: null }, sight: { view: 'dark' } },
    ['offline'],
  ],
  ['its source is wrong', { health: { state: 'failed', problem: null } }, ['failed']],
  [
    'its clock is off',
    { health: { state: 'online', problem: { code: 'camera-clock-off', message: '', hint: '' } } },
    ['clock-skew'],
  ],
  ['it is left alone', { health: { state: 'quarantined', problem: null } }, ['quarantined']],
  ['it sees nothing', { sight: { view: 'covered', alignment: 'aligned' } }, ['covered']],
  ['its zones wait for a word', { sight: { view: 'clear', alignment: 'unconfirmed' } }, ['unconfirmed']],
])('%s', (_, fields, keys) => {
  expect(keysOf(fields)).toEqual(keys)
})

test.each([
  [{}, true],
  [{ text: ' GATE ' }, true],
  [{ text: '五芳' }, true],
  [{ text: 'bin' }, false],
  [{ street: 's2' }, false],
  [{ street: 's1', grid: 'g1' }, true],
  [{ health: 'ill' as const }, false],
  [{ health: 'well' as const }, true],
])('the filter %j shows the camera: %s', (filter, shown) => {
  const wanted = { text: '', street: undefined, grid: undefined, health: 'all' as const, ...filter }
  expect(chosenBy(wanted, DOMAIN_EN)(camera())).toBe(shown)
})

test.each([
  [0, 'ArrowRight', 1],
  [0, 'ArrowLeft', 0],
  [1, 'ArrowDown', 4],
  [4, 'ArrowDown', 4],
  [5, 'ArrowUp', 2],
  [3, 'Home', 0],
  [3, 'End', 6],
  [3, 'x', 3],
])('from %i, %s leads to %i of seven in three columns', (from, key, to) => {
  expect(moved(from, key, 3, 7)).toBe(to)
})
