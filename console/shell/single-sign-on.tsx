// The way in by the city's own sign-in: from the first page straight there, over a page that somebody works in by a window beside it.
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { readMe } from '../client/http.ts'
import type { Me } from '../client/records.ts'
import { useWords } from '../words/words.ts'
import { SHELL } from './words.ts'

const LOOK_MS = 1_500

/** How one comes in here, as the server says it. */
export interface WayIn {
  readonly users: boolean
  readonly singleSignOn: { readonly label: string; readonly passwordsForAll: boolean } | null
}

/** Why the single sign-on sent one back in vain: taken out of the address at once. */
export function takeRefusedSignIn(): string {
  const [, code = ''] = /^#sign-in=([\w-]+)$/.exec(location.hash) ?? []
  if (code) history.replaceState(null, '', location.pathname)
  return code
}

export function SingleSignOnButton({
  label,
  over,
  onIn,
}: {
  readonly label: string
  /** Somebody's page lies under the dialog: it must not be left. */
  readonly over: boolean
  readonly onIn: (me: Me) => void
}) {
  const words = useWords(SHELL).signIn
  const [waiting, setWaiting] = useState(false)
  const beside = useRef<Window | null>(null)
  useEffect(() => {
    if (!waiting) return
    const looking = setInterval(() => {
      readMe().then(
        me => {
          beside.current?.close()
          onIn(me)
        },
        () => undefined,
      )
    }, LOOK_MS)
    return () => clearInterval(looking)
  }, [waiting, onIn])

  const go = (): void => {
    const start = `/api/oidc/start?to=${encodeURIComponent(over ? '/account' : location.pathname + location.search)}`
    if (!over) {
      location.assign(start)
      return
    }
    beside.current = window.open(start, 'jiemu-sign-in', 'width=520,height=720')
    setWaiting(true)
  }
  return (
    <>
      <Button block type="primary" onClick={go}>
        {label}
      </Button>
      {waiting && <p role="status">{words.beside}</p>}
    </>
  )
}
