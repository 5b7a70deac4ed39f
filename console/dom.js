// Builds the page's elements. Text goes in as text, never as markup: a camera's name that is a script stays a name.

/** `on…` are listeners, `class`, `title` and the like attributes; undefined, null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children)
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
  element.append(
    ...children
      .flat(Number.POSITIVE_INFINITY)
      .filter(child => child !== undefined && child !== null && child !== false),
  )
  return element
}

/** Replaces what an element holds, and gives the focus back to whatever bears the same `data-key`. */
export function show(element, ...children) {
  const active = document.activeElement
  const key = active && element.contains(active) ? active.dataset.key : undefined
  const caret = active?.selectionStart
  element.replaceChildren(...children.flat(Number.POSITIVE_INFINITY).filter(Boolean))
  if (key === undefined) return
  const again = element.querySelector(`[data-key="${CSS.escape(key)}"]`)
  again?.focus({ preventScroll: true })
  if (typeof caret === 'number') again?.setSelectionRange?.(caret, caret)
}

export const byId = id => document.getElementById(id)
