// The keys of the queue: they never fire while somebody types, nor under a dialog, nor where a button has the focus.
import { useEffect, useRef } from 'react'

export type Keys = Readonly<Record<string, () => void>>

const TYPING =
  'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable="true"], [role="combobox"]'
/** Enter and the space bar belong to what has the focus. */
const OWN_ENTER = 'button, a, summary, [role="button"], [role="switch"], [role="radio"], [role="menuitem"]'

/** @param keys by the name of the key in lower case, with "shift+" before it */
export function useKeys(keys: Keys, active: boolean): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    if (!active) return
    const pressed = (event: KeyboardEvent): void => {
      const { target } = event
      if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
      if (target instanceof Element) {
        if (target.closest(TYPING)) return
        // Arrows turn a choice that a keyboard has come to.
        if (event.key.startsWith('Arrow') && target.closest('[type="radio"]')) return
        if ((event.key === 'Enter' || event.key === ' ') && target.closest(OWN_ENTER)) return
      }
      if (
        document.querySelector('.ant-modal-wrap:not([style*="display: none"]), .ant-dropdown:not(.ant-dropdown-hidden)')
      )
        return
      const key = event.key.toLowerCase()
      const act = latest.current[event.shiftKey && key !== '?' ? `shift+${key}` : key]
      if (!act || (event.repeat && !key.startsWith('arrow'))) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [active])
}
