// HTML out of templates in which every text is escaped unless it is HTML already.

export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | readonly Part[]

/** html`<td>${name}</td>`: whatever is put in as text stays text, in elements and in quoted attributes. */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(fixed.map((text, index) => text + textOf(parts[index] ?? '')).join(''))
}

/** For markup that was made elsewhere and is known to be well-formed. */
export function raw(text: string): Html {
  return new Html(text)
}

function textOf(part: Part): string {
  if (part instanceof Html) return part.text
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return part.map(textOf).join('')
}

function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/[<>&"'`]/g, character => `&#${character.codePointAt(0)};`)
}
