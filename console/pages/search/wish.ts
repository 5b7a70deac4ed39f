// What is looked for, as it stands in the address of the page and as the server is asked for it.

/** In the order in which they are shown. */
export const MARKS = [
  'text',
  'kind',
  'severity',
  'review',
  'physical',
  'job',
  'origin',
  'street',
  'grid',
  'camera',
  'zone',
  'by',
] as const
export type Mark = (typeof MARKS)[number]

const DAY = /^\d{4}-\d{2}-\d{2}$/
const DAY_MS = 86_400_000
/** A day begins in the street, wherever the screen is. */
const beginOf = (day: string): number => Date.parse(`${day}T00:00:00+08:00`)

/** Days stand in the address, so that it can be read and sent to a colleague; both are included. */
export function askedOf(address: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams()
  const { from, to } = daysOf(address)
  if (from) asked.set('from', String(beginOf(from)))
  if (to) asked.set('to', String(beginOf(to) + DAY_MS))
  for (const mark of MARKS) {
    const value = address.get(mark)?.trim()
    if (value) asked.set(mark, value)
  }
  return asked
}

export function daysOf(address: URLSearchParams): { readonly from: string | null; readonly to: string | null } {
  const day = (name: string) => {
    const said = address.get(name)
    return said && DAY.test(said) && !Number.isNaN(beginOf(said)) ? said : null
  }
  return { from: day('from'), to: day('to') }
}

/** A zone belongs to its camera, a grid to its street: what is chosen anew takes the narrower choice with it. */
const NARROWER: Partial<Record<Mark, Mark>> = { camera: 'zone', street: 'grid' }

export function withMark(address: URLSearchParams, mark: Mark, value: string | undefined): URLSearchParams {
  const next = new URLSearchParams(address)
  const narrower = NARROWER[mark]
  if (narrower) next.delete(narrower)
  if (value) next.set(mark, value)
  else next.delete(mark)
  return next
}
