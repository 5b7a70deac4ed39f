// The two languages: which one is chosen, and how a page says its words in it.
import { useSyncExternalStore } from 'react'

export type Language = 'zh' | 'en'

/**
 * A page's words, both languages side by side: `defineWords({ zh, en })` does not compile where one lacks a word.
 * Sentences with a number or a name in them are functions.
 */
export interface Words<W> {
  readonly zh: W
  readonly en: W
}

export const defineWords = <W>(words: { readonly zh: W; readonly en: NoInfer<W> }): Words<W> => words

const KEY = 'jiemu.language'
const listeners = new Set<() => void>()
let language: Language = globalThis.localStorage?.getItem(KEY) === 'en' ? 'en' : 'zh'

export const currentLanguage = (): Language => language

export function chooseLanguage(next: Language): void {
  language = next
  globalThis.localStorage?.setItem(KEY, next)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useLanguage = (): Language => useSyncExternalStore(subscribe, currentLanguage)

/** The words of one page in the chosen language. */
export function useWords<W>(words: Words<W>): W {
  return words[useLanguage()]
}

/** Outside of a component, for what is said once. */
export const inWords = <W>(words: Words<W>): W => words[language]
