// The browser's Back and Forward, heard before the router hears of them: a page with something to lose may ask first.
//
// Listeners of one window are called in the order in which they came, so that this one must come before the router's.

let mayLeave: (() => Promise<boolean>) | undefined
let here = 0
let way = 1
/** What the next event is: of a person; ours, back to where one was; ours, on to where one went. */
let next: 'asked' | 'returns' | 'passes' = 'asked'

/** How many pages lie before it in this tab: the router counts them. */
const placeIn = (state: unknown): number => (state as { readonly idx?: number } | null)?.idx ?? 0

/** Asks before the page is left by Back or Forward. @returns how to stop asking */
export function guardBack(ask: () => Promise<boolean>): () => void {
  mayLeave = ask
  here = placeIn(history.state)
  return () => {
    if (mayLeave === ask) mayLeave = undefined
  }
}

addEventListener('popstate', event => {
  if (next === 'passes' || !mayLeave) {
    next = 'asked'
    return
  }
  event.stopImmediatePropagation()
  if (next === 'asked') {
    // The browser has gone already: back to here, then the question, then on, where it is said.
    way = here - placeIn(event.state) || 1
    next = 'returns'
    history.go(way)
    return
  }
  next = 'asked'
  void mayLeave().then(leave => {
    if (!leave) return
    next = 'passes'
    history.go(-way)
  })
})
