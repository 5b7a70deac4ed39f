// Chains of hashes: each row of a log carries the hash of the row before, so that whoever changes one is found out.
import { createHash } from 'node:crypto'

/** What stands in a chained row: JSON without anything that could be written in two ways. */
export type ChainValue =
  | string
  | number
  | boolean
  | null
  | readonly ChainValue[]
  | { readonly [field: string]: ChainValue }

/** The hash "before" the first row. */
export const CHAIN_START = '0'.repeat(64)

/**
 * JSON in one way only: fields by the order of their UTF-16 units, no white space, numbers as ECMAScript writes them
 * (RFC 8785, without its checks of surrogates).
 * @throws TypeError for what JSON cannot say: undefined, NaN, an infinity
 */
export function canonicalJson(value: ChainValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`).join(',')}}`
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON`)
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`${typeof value} has no JSON`)
  return text
}

/** SHA-256 in lower-case hexadecimal over the row's canonical JSON followed by the hash of the row before. */
export function chainHash(row: ChainValue, previousHash: string): string {
  return createHash('sha256').update(canonicalJson(row)).update(previousHash).digest('hex')
}

export interface ChainedRow {
  /** What the hash is over, without the two hashes. */
  readonly row: ChainValue
  readonly previousHash: string
  readonly hash: string
  /** How a person finds it: "deletions 17". */
  readonly name: string
}

export interface ChainReport {
  readonly rows: number
  /** The first row that does not fit the one before or its own hash; null where all do. */
  readonly broken: string | null
  /** Of the last row that fits; `CHAIN_START` where there is none. */
  readonly head: string
}

/** Reads one chain from its first row on, and stops at the first row that is not as it was written. */
export async function checkChain(
  rows: AsyncIterable<ChainedRow> | Iterable<ChainedRow>,
  start: string = CHAIN_START,
): Promise<ChainReport> {
  let head = start
  let count = 0
  for await (const { row, previousHash, hash, name } of rows) {
    count++
    if (previousHash !== head || chainHash(row, previousHash) !== hash) return { rows: count, broken: name, head }
    head = hash
  }
  return { rows: count, broken: null, head }
}
