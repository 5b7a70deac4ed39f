// How much room a disk has, and how much it shall have: a share of it or so many bytes.
import { statfs } from 'node:fs/promises'
import { z } from 'zod'

export interface Room {
  /** For us: what the file system keeps back for root is not counted. */
  readonly freeBytes: number
  readonly totalBytes: number
}

export type MeasureRoom = () => Promise<Room>

/** Of the file system that `folder` lies on. */
export function roomOf(folder: string): MeasureRoom {
  return async () => {
    const { bavail, bsize, blocks } = await statfs(folder)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  }
}

export type Wanted = { readonly share: number } | { readonly bytes: number }

const UNIT_BYTES = { MB: 1e6, GB: 1e9, TB: 1e12 } as const

/** "5%", "500MB", "2GB" or "1.5TB". @returns undefined where the text is none of them */
export function parseWanted(text: string): Wanted | undefined {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)(%|MB|GB|TB)$/.exec(text) ?? []
  const number = Number(amount)
  if (amount === '') return undefined
  if (unit === '%') return number <= 50 ? { share: number / 100 } : undefined
  return { bytes: Math.round(number * UNIT_BYTES[unit as keyof typeof UNIT_BYTES]) }
}

export function wantedBytes(wanted: Wanted, { totalBytes }: Room): number {
  return 'bytes' in wanted ? wanted.bytes : Math.round(wanted.share * totalBytes)
}

/** A setting: how much shall stay free. */
export const wantedRoom = z
  .string()
  .refine(text => parseWanted(text) !== undefined, 'expected a share up to "50%", or "500MB", "2GB", "1TB"')
  .transform(text => parseWanted(text) ?? { bytes: 0 })
