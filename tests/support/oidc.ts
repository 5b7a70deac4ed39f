// A real OpenID Connect provider on loopback, and a browser that signs in at it: what single sign-on is tested with.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export interface TestIssuer {
  readonly url: string
  /** By subject; may be changed between two sign-ins. */
  readonly accounts: Map<string, Readonly<Record<string, unknown>>>
  /** Answers nobody, as one whose network is down. */
  away(isAway: boolean): void
  /** Nobody of that subject is there any more. */
  forget(subject: string): void
  close(): Promise<void>
}

export const CLIENT = { id: 'jiemu', secret: 'a-secret-of-the-test' } as const

/** @param redirectUri where the client is sent back to @param refreshing whether it lets one ask again later */
export async function startIssuer(redirectUri: string, refreshing = true): Promise<TestIssuer> {
  const accounts: TestIssuer['accounts'] = new Map()
  let answer: ReturnType<Provider['callback']> | undefined
  const gone = new Set<string>()
  let isAway = false
  const server = createServer((request, response) => (isAway ? request.destroy() : answer?.(request, response)))
  const url = `http://127.0.0.1:${await listening(server)}`
  answer = new Provider(url, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    issueRefreshToken: () => refreshing,
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'email', 'groups'] },
    findAccount: (_context: unknown, sub: string) =>
      gone.has(sub) ? undefined : { accountId: sub, claims: async () => ({ sub, ...accounts.get(sub) }) },
    cookies: { keys: ['of the test'] },
  }).callback()
  return {
    url,
    accounts,
    away: now => {
      isAway = now
    },
    forget: subject => void gone.add(subject),
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** Any port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Keeps cookies by path, and goes where it is sent only when told. */
export class Browser {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>()

  async ask(
    url: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; location: string; text: string }> {
    const { host, pathname } = new URL(url)
    const cookies = [...this.#cookies]
      .filter(([key, { path }]) => key.startsWith(`${host} `) && pathname.startsWith(path))
      .map(([key, { value }]) => `${key.slice(host.length + 1)}=${value}`)
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { ...(cookies.length > 0 && { cookie: cookies.join('; ') }) },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      const path = /;\s*path=([^;]*)/i.exec(set)?.[1] ?? '/'
      this.#cookies.set(`${host} ${name}`, { value, path })
    }
    const location = response.headers.get('location')
    return {
      status: response.status,
      location: location ? new URL(location, url).href : '',
      text: await response.text(),
    }
  }

  /** From our sign-in button through the issuer's pages. @returns the address to which the issuer sends one back */
  async signInAt(issuer: TestIssuer, start: string, subject: string): Promise<string> {
    let { location } = await this.ask(start)
    while (location.startsWith(issuer.url)) {
      const page = await this.ask(location)
      const prompt = /name="prompt" value="(\w+)"/.exec(page.text)?.[1]
      const form = prompt === 'login' ? { prompt, login: subject, password: 'any' } : { prompt: prompt ?? '' }
      location = page.location || (await this.ask(location, form)).location
    }
    return location
  }
}
