// Pages of a list: an opaque cursor that names the last row, so that new rows on top shift nothing.
import { z } from 'zod'
import type { PageRequest } from './ports.ts'

const cursor = z
  .string()
  .regex(/^\d{1,15}~[\w.-]{1,80}$/, 'expected the `next` of an earlier page')
  .describe('`next` of the page before')

/** A command centre shows all that waits at once: five hundred alerts are one page of 400 kB, compressed 30. */
export const MOST_INCIDENTS = 500

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: cursor.optional(),
} as const

export function pageRequest(query: { readonly limit: number; readonly before?: string | undefined }): PageRequest {
  const [at, id] = query.before?.split('~') ?? []
  return { limit: query.limit, ...(at && id ? { before: { at: Number(at), id } } : {}) }
}

export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).readonly(),
    next: z.string().nullable().describe('send it as `before` for the next page; null at the end'),
  })

/** A page that is not full is the last; a full one may be followed by an empty one, which costs less than counting. */
export function pageOf<Row extends { readonly id: string }>(
  items: readonly Row[],
  limit: number,
  at: (row: Row) => number,
): { readonly items: readonly Row[]; readonly next: string | null } {
  const last = items.at(-1)
  return { items, next: last && items.length >= limit ? `${at(last)}~${last.id}` : null }
}
