// Unsaved changes: whoever leaves by a link, by the menu, by the browser's Back or by closing the page is asked first.
import { Modal } from 'antd'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { guardBack } from '../../shell/back-guard.ts'
import { useWords } from '../../words/words.ts'
import { EDITOR } from './editor/words.ts'

export interface Unsaved {
  /** Asks, where there is something to lose. */
  mayLeave(): Promise<boolean>
  readonly dialog: ReactNode
}

export function useUnsaved(dirty: boolean): Unsaved {
  const words = useWords(EDITOR)
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const answer = useRef<(leave: boolean) => void>(undefined)

  const mayLeave = (): Promise<boolean> => {
    if (!dirty) return Promise.resolve(true)
    setAsking(true)
    return new Promise(resolve => {
      answer.current = resolve
    })
  }
  const say = (leave: boolean): void => {
    setAsking(false)
    answer.current?.(leave)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: only whether there is something to lose changes what is heard
  useEffect(() => {
    if (!dirty) return
    const closing = (event: BeforeUnloadEvent) => event.preventDefault()
    // Before the router hears of it.
    const clicked = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null
      if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || event.ctrlKey || event.metaKey) return
      const { origin, pathname, search } = new URL(link.href)
      if (origin !== location.origin) return
      event.preventDefault()
      event.stopPropagation()
      void mayLeave().then(leave => leave && navigate(pathname + search))
    }
    const unguard = guardBack(mayLeave)
    addEventListener('beforeunload', closing)
    document.addEventListener('click', clicked, true)
    return () => {
      unguard()
      removeEventListener('beforeunload', closing)
      document.removeEventListener('click', clicked, true)
    }
  }, [dirty])

  const dialog = (
    <Modal
      open={asking}
      title={words.discardTitle}
      okText={words.discard}
      okButtonProps={{ danger: true }}
      cancelText={words.stay}
      onOk={() => say(true)}
      onCancel={() => say(false)}
    />
  )
  return { mayLeave, dialog }
}
