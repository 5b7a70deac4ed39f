// Hash chains: one way to write a row, literal hashes, and what is found out.
import { expect, test } from 'vitest'
import { CHAIN_START, type ChainedRow, type ChainValue, canonicalJson, chainHash, checkChain } from './hash-chain.ts'

test.each<[ChainValue, string]>([
  [{ b: 1, a: 'x' }, '{"a":"x","b":1}'],
  [{ a: { d: null, c: [true, 1.5, '街'] } }, '{"a":{"c":[true,1.5,"街"],"d":null}}'],
  [{ B: 1, a: 2, '': 3 }, '{"":3,"B":1,"a":2}'],
  ['line\nbreak "quoted"', '"line\\nbreak \\"quoted\\""'],
  [[-0, 1e21, 1764118800000], '[0,1e+21,1764118800000]'],
  [[], '[]'],
  [{}, '{}'],
])('writes %j in one way: %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text)
})

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [{ a: undefined }]])('refuses %j', value => {
  expect(() => canonicalJson(value as unknown as ChainValue)).toThrow(TypeError)
})

// Made with sha256sum, not with this program.
const FIRST = '598e4ad8a05204215309e78d8859755b1a67a258d64009db8e5e328e5a895faa'
const SECOND = 'a6d9fe0e829c9355601ca263cff03c8209f57c94932087db7518e69ea6d1d873'

test('hashes the row and the hash before it', () => {
  expect(chainHash({ at: 1, what: 'evidence' }, CHAIN_START)).toBe(FIRST)
  expect(chainHash({ what: 'evidence', at: 1 }, CHAIN_START)).toBe(FIRST)
  expect(chainHash({ at: 2, what: 'evidence' }, FIRST)).toBe(SECOND)
})

const chained = (rows: readonly ChainValue[]): ChainedRow[] => {
  let head = CHAIN_START
  return rows.map((row, index) => {
    const previousHash = head
    head = chainHash(row, previousHash)
    return { row, previousHash, hash: head, name: `row ${index + 1}` }
  })
}

test('finds a whole chain whole, an empty one too', async () => {
  const rows = chained([{ at: 1 }, { at: 2 }, { at: 3 }])
  expect(await checkChain(rows)).toEqual({ rows: 3, broken: null, head: rows[2]?.hash })
  expect(await checkChain([])).toEqual({ rows: 0, broken: null, head: CHAIN_START })
})

test.each<[string, (rows: ChainedRow[]) => unknown, string]>([
  ['changed', rows => rows.splice(1, 1, { ...rows[1], row: { at: 9 } } as ChainedRow), 'row 2'],
  ['taken out', rows => rows.splice(1, 1), 'row 3'],
  ['put before another', rows => rows.splice(1, 2, rows[2] as ChainedRow, rows[1] as ChainedRow), 'row 3'],
  ['missing at the start', rows => rows.shift(), 'row 2'],
  [
    'changed together with its own hash',
    rows =>
      rows.splice(1, 1, {
        ...rows[1],
        row: { at: 9 },
        hash: chainHash({ at: 9 }, rows[0]?.hash ?? ''),
      } as ChainedRow),
    'row 3',
  ],
])('names the first row that does not fit where one was %s', async (_what, change, broken) => {
  const rows = chained([{ at: 1 }, { at: 2 }, { at: 3 }])
  change(rows)
  expect(await checkChain(rows)).toMatchObject({ broken })
})
