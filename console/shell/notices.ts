// Tells a person what the server refused: what happened, what was kept, and what to try.
import { App } from 'antd'
import { useCallback } from 'react'
import { Refused } from '../client/http.ts'
import { useWords } from '../words/words.ts'
import { SHELL } from './words.ts'

/** @returns a function that shows an error once; a session that has ended is told by the sign-in dialog instead */
export function useTell(): (error: unknown) => void {
  const { notification } = App.useApp()
  const words = useWords(SHELL)
  return useCallback(
    error => {
      if (!(error instanceof Refused)) {
        notification.warning({ key: 'network', title: words.refused.network, description: words.stale })
        return
      }
      const { code, status, title, detail, hint } = error.problem
      if (status === 401) return
      notification.error({
        key: code,
        title: words.refused[code] ?? title,
        description: [detail, hint].filter(Boolean).join(' '),
      })
    },
    [notification, words],
  )
}
