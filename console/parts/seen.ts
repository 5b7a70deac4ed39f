// Whether somebody can see an element: it lies on the screen, and the page is not hidden behind another.
import { type RefObject, useEffect, useState } from 'react'

export function useSeen(element: RefObject<HTMLElement | null>): boolean {
  const [isOn, setOn] = useState(false)
  const [isHidden, setHidden] = useState(document.hidden)
  useEffect(() => {
    if (!element.current) return
    const observer = new IntersectionObserver(entries => setOn(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: '80px',
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  useEffect(() => {
    const turn = () => setHidden(document.hidden)
    document.addEventListener('visibilitychange', turn)
    return () => document.removeEventListener('visibilitychange', turn)
  }, [])
  return isOn && !isHidden
}
