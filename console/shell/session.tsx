// Who one is: known before any page is drawn, asked anew by a dialog over the page when the session ends.
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import type { Action } from '../../api/authorize.ts'
import { Refused, readMe, whenUnknown } from '../client/http.ts'
import { Live } from '../client/live.ts'
import { followLive } from '../client/queries.ts'
import type { Me } from '../client/records.ts'
import { keepMe, lastMe } from './last-me.ts'
import { SignIn } from './sign-in.tsx'
import { ServerAway, Starting } from './starting.tsx'

export interface Session {
  readonly me: Me
  readonly live: Live
  /** Whether this role may do it at all; of what it is done to, the server decides. */
  may(action: Action): boolean
}

const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('there is no session above this component')
  return session
}

/** `#setup=…` and `#invite=…` let somebody in: taken out of the address at once, so that no history keeps them. */
export interface Link {
  readonly kind: 'setup' | 'invite'
  readonly token: string
}
function takeLink(): Link | undefined {
  const [, kind, token] = /^#(setup|invite)=([\w-]+)$/.exec(location.hash) ?? []
  if (!kind || !token) return undefined
  history.replaceState(null, '', location.pathname)
  return { kind: kind as Link['kind'], token }
}
const givenLink = takeLink()
addEventListener('hashchange', () => {
  if (/^#(setup|invite)=/.test(location.hash)) location.reload()
})

interface SessionGateProps {
  /** Whether the page opens for whoever was signed in last while the server does not answer. */
  readonly remembers?: boolean
  readonly children: ReactNode
}

export function SessionGate({ remembers = false, children }: SessionGateProps) {
  const client = useQueryClient()
  const live = useRef(new Live()).current
  const [me, setMe] = useState<Me>()
  const [link, setLink] = useState(givenLink)
  const [asking, setAsking] = useState<'no' | 'first' | 'ended'>(givenLink ? 'first' : 'no')
  const [away, setAway] = useState(false)
  const known = useRef<Me | undefined>(undefined)

  const become = (now: Me): void => {
    // Somebody else begins with an empty page: what was seen before is not theirs.
    if (known.current && known.current.name !== now.name) {
      location.replace(location.pathname)
      return
    }
    const again = known.current !== undefined
    known.current = now
    if (remembers) keepMe(now)
    setMe(now)
    setLink(undefined)
    setAsking('no')
    live.start()
    if (again) void client.invalidateQueries()
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page starts
  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined
    const ask = (): void => {
      readMe().then(
        now => {
          setAway(false)
          become(now)
        },
        error => {
          if (error instanceof Refused && error.problem.status === 401) return
          setAway(true)
          const last = remembers && !known.current ? lastMe() : undefined
          if (last) {
            known.current = last
            setMe(last)
          }
          retry = setTimeout(ask, 2_000)
        },
      )
    }
    const stops = [
      whenUnknown(({ code }) => {
        live.stop()
        setAway(false)
        setAsking(known.current || code === 'session-ended' ? 'ended' : 'first')
      }),
      followLive(live, client),
    ]
    if (!givenLink) ask()
    return () => {
      clearTimeout(retry)
      live.stop()
      for (const stop of stops) stop()
    }
  }, [])

  return (
    <>
      {me && (
        <SessionContext value={{ me, live, may: action => me.may.includes(action) }}>
          <div inert={asking !== 'no'}>{children}</div>
        </SessionContext>
      )}
      {!me && asking === 'no' && (away ? <ServerAway /> : <Starting />)}
      {asking !== 'no' && <SignIn ended={asking === 'ended'} link={link} onIn={become} />}
    </>
  )
}
