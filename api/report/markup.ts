// Markup in which whatever is put in is text, unless it is markup itself.

/** Made by `html` only. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Content = Markup | string | number | null | false | readonly Content[]

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function textOf(content: Content): string {
  if (content instanceof Markup) return content.text
  if (content === null || content === false) return ''
  if (typeof content === 'object') return content.map(textOf).join('')
  return String(content).replace(/[&<>"']/g, character => ESCAPES[character] ?? '')
}

/** html`<b>${name}</b>`: safe between tags and within quoted attributes. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + textOf(contents[index] ?? '')).join(''))
}
