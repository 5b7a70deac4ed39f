// Requests to the server, by the session's cookie or with a token that lives in this tab alone.
import type { Me, Problem } from './records.ts'

const TOKEN = 'jiemu.token'

/** An empty one forgets it. */
export const setToken = (token: string): void =>
  token ? sessionStorage.setItem(TOKEN, token) : sessionStorage.removeItem(TOKEN)

/** What the server refused, as its problem details say it. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** The code of a refusal; undefined where the server did not answer at all. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Refused ? error.problem.code : undefined

/** What changes by cookie must carry. */
let csrf: string | null = null
const unknownListeners = new Set<(problem: Problem) => void>()

/** Called whenever the server does not know (any more) who one is. @returns how to stop */
export function whenUnknown(listener: (problem: Problem) => void): () => void {
  unknownListeners.add(listener)
  return () => unknownListeners.delete(listener)
}

export function authorization(): Readonly<Record<string, string>> {
  const token = sessionStorage.getItem(TOKEN)
  return token ? { authorization: `Bearer ${token}` } : {}
}

/** @throws Refused; a 401 is told to whoever listens, too */
export async function checked(response: Response): Promise<Response> {
  if (response.ok) return response
  const blank = { status: response.status, title: response.statusText, detail: '', hint: '', code: '' }
  const problem: Problem = { ...blank, ...((await response.json().catch(() => ({}))) as Partial<Problem>) }
  if (problem.status === 401) for (const listener of unknownListeners) listener(problem)
  throw new Refused(problem)
}

/** @throws Refused; TypeError where the server does not answer */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { headers: authorization(), ...(signal && { signal }) })
  return (await (await checked(response)).json()) as T
}

export async function readMe(): Promise<Me> {
  const me = await read<Me>('/api/me')
  csrf = me.csrf
  return me
}

export interface CommandOptions {
  /** `POST` if left out. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The same key twice does it once. */
  readonly key?: string
  readonly signal?: AbortSignal
}

/** @param body an object is sent as JSON, a FormData as a form. @throws Refused; TypeError where the server does not answer */
export async function command<T>(path: string, body: object = {}, options: CommandOptions = {}): Promise<T> {
  const form = body instanceof FormData
  const send = async (): Promise<Response> =>
    checked(
      await fetch(path, {
        method: options.method ?? 'POST',
        headers: {
          ...authorization(),
          ...(!form && { 'content-type': 'application/json' }),
          ...(csrf && { 'x-csrf-token': csrf }),
          ...(options.key && { 'idempotency-key': options.key }),
        },
        body: form ? body : JSON.stringify(body),
        ...(options.signal && { signal: options.signal }),
      }),
    )
  try {
    return (await (await send()).json()) as T
  } catch (error) {
    // Somebody signed in anew in another tab: the cookie is that session's now.
    if (codeOf(error) !== 'csrf-refused' || !csrf) throw error
    await readMe()
    return (await (await send()).json()) as T
  }
}

/** A segment of a path, whatever is in it. */
export const segment = (id: string): string => encodeURIComponent(id)

/** Saves what the server answers as a file, for routes that a plain link cannot reach with a token. */
export async function download(path: string, name: string): Promise<void> {
  const blob = await (await checked(await fetch(path, { headers: authorization() }))).blob()
  saveAs(blob, name)
}

export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
