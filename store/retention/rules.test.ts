// How long things are kept, as literal tables: by default, by setting, and with no room left.
import { expect, test } from 'vitest'
import { parseWanted, wantedBytes } from './free-space.ts'
import { checkFloors, DEFAULT_KEEP_MS, deletableBefore, type KeepMs, policyText, type RecordName } from './rules.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-06-30T12:00:00+08:00')

test.each<[RecordName, 'retention' | 'low-disk', Partial<KeepMs>, string]>([
  ['evidence', 'retention', {}, '2026-04-01T12:00:00+08:00'],
  ['evidence', 'retention', { evidence: 30 * DAY }, '2026-05-31T12:00:00+08:00'],
  ['evidence', 'low-disk', {}, '2026-05-31T12:00:00+08:00'],
  ['evidence', 'low-disk', { evidence: 365 * DAY }, '2026-05-31T12:00:00+08:00'],
  ['provisional', 'retention', {}, '2026-06-29T12:00:00+08:00'],
  ['provisional', 'low-disk', {}, '2026-06-30T11:00:00+08:00'],
  ['detections', 'retention', {}, '2026-06-27T12:00:00+08:00'],
  ['detections', 'low-disk', {}, '2026-06-30T11:00:00+08:00'],
  ['outbox', 'retention', {}, '2026-05-31T12:00:00+08:00'],
  ['register', 'retention', {}, '2023-07-01T12:00:00+08:00'],
])('%s may go by %s with %j where it was kept since before %s', (record, why, keep, before) => {
  expect(deletableBefore(record, why, { ...DEFAULT_KEEP_MS, ...keep }, NOW)).toBe(Date.parse(before))
})

test.each<[Partial<KeepMs>, string | null]>([
  [{}, null],
  [{ evidence: 30 * DAY }, null],
  [{ evidence: 30 * DAY - 1 }, 'evidence'],
  [{ register: 364 * DAY }, 'register'],
  [{ detections: 0 }, 'detections'],
])('a setting of %j is below the floor of %s', (keep, record) => {
  const check = () => checkFloors({ ...DEFAULT_KEEP_MS, ...keep })
  if (record === null) expect(check).not.toThrow()
  else
    expect(check).toThrow(
      expect.objectContaining({ code: 'retention-below-floor', detail: expect.objectContaining({ record }) }),
    )
})

test('a deletion says by which rule', () => {
  expect(policyText('evidence', DEFAULT_KEEP_MS)).toBe('evidence 90d, floor 30d')
})

test.each([
  ['5%', 5_000],
  ['2.5%', 2_500],
  ['500MB', 500_000_000],
  ['2GB', 2_000_000_000],
  ['1.5TB', 1_500_000_000_000],
  ['51%', undefined],
  ['2 GB', undefined],
  ['lots', undefined],
  ['', undefined],
])('%s of 100,000 bytes is %s bytes', (text, bytes) => {
  const wanted = parseWanted(text)
  expect(wanted && wantedBytes(wanted, { freeBytes: 0, totalBytes: 100_000 })).toBe(bytes)
})
