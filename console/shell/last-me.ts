// Who was signed in on this phone last: so that the worker's page opens where there is no network.
import type { Me } from '../client/records.ts'

const KEY = 'jiemu.field.me'

export const keepMe = (me: Me): void => localStorage.setItem(KEY, JSON.stringify({ ...me, csrf: null }))
export const forgetMe = (): void => localStorage.removeItem(KEY)

export function lastMe(): Me | undefined {
  const kept = localStorage.getItem(KEY)
  return kept === null ? undefined : (JSON.parse(kept) as Me)
}
