// Texts stay texts.
import { expect, test } from 'vitest'
import { html, raw } from './html.ts'

test('a hostile file name is shown, not run', () => {
  const name = `"><script>alert('1')</script>&amp;`
  expect(html`<td title="${name}">${name}</td>`.text).not.toMatch(/<script|"><|'1'|&amp;/)
})

test('templates nest, lists join, and only what is called raw is raw', () => {
  const rows = ['a', '<b>'].map(text => html`<li>${text}</li>`)
  expect(html`<ul>${rows}</ul>${raw('<hr>')}${3}`.text).toBe('<ul><li>a</li><li>&#60;b&#62;</li></ul><hr>3')
})
