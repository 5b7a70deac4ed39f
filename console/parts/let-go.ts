// What was chosen with a pointer keeps no keys to itself: the next one is the page's.
import type { MouseEvent } from 'react'

/** For `onClick` of a choice. A keyboard's choice, which comes as a click of no button, keeps the focus. */
export function letGo({ detail }: MouseEvent): void {
  if (detail > 0 && document.activeElement instanceof HTMLElement) document.activeElement.blur()
}
