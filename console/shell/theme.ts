// How the console looks: Ant Design's tokens in our colours, dark or light; the five colours mean severity and nothing else.
import { type ThemeConfig, theme } from 'antd'
import { useSyncExternalStore } from 'react'
import type { Language } from '../words/words.ts'

export type Look = 'dark' | 'light'

/** 五色; always with a word or a shape beside them. */
export const FIVE_COLOURS = {
  green: '#2f9e5b',
  blue: '#2b6cb0',
  yellow: '#d69e2e',
  orange: '#dd6b20',
  red: '#c53030',
} as const

const KEY = 'jiemu.look'
const listeners = new Set<() => void>()
let chosen: Look | undefined = (['dark', 'light'] as const).find(look => look === localStorage.getItem(KEY))
/** The command centre sits in a dark room, a phone in the sun. */
let fallback: Look = 'dark'

export const currentLook = (): Look => chosen ?? fallback

function apply(): void {
  document.documentElement.dataset.look = currentLook()
  document.documentElement.style.colorScheme = currentLook()
  for (const listener of listeners) listener()
}

/** Before the first drawing, so that no page flashes white. */
export function startLook(unlessChosen: Look): void {
  fallback = unlessChosen
  apply()
}

export function chooseLook(look: Look): void {
  chosen = look
  localStorage.setItem(KEY, look)
  apply()
}

export const useLook = (): Look =>
  useSyncExternalStore(listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentLook)

const CHINESE = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"'
const LATIN = 'system-ui, -apple-system, "Segoe UI", Roboto'
/** Chinese faces draw the quotation marks and dashes of English as wide as a character. */
const FONTS: Readonly<Record<Language, string>> = {
  zh: `${CHINESE}, ${LATIN}, sans-serif`,
  en: `${LATIN}, ${CHINESE}, sans-serif`,
}

/** The colour of links in the dark: text that leads on or is pointed at, 7.2 : 1 on what lies under it. */
const BRIGHT = '#45b8ac'
const DARK_COMPONENTS: NonNullable<ThemeConfig['components']> = {
  Tabs: { itemSelectedColor: BRIGHT, inkBarColor: BRIGHT },
  Button: {
    defaultHoverColor: BRIGHT,
    defaultHoverBorderColor: BRIGHT,
    defaultActiveColor: BRIGHT,
    defaultActiveBorderColor: BRIGHT,
  },
}

const stillness = matchMedia('(prefers-reduced-motion: reduce)')

/** Whether the person asked their system for pages that do not move. */
export const useStillness = (): boolean =>
  useSyncExternalStore(
    listener => {
      stillness.addEventListener('change', listener)
      return () => stillness.removeEventListener('change', listener)
    },
    () => stillness.matches,
  )

interface ThemeChoice {
  readonly look: Look
  readonly language: Language
  /** Smaller, for the command centre. */
  readonly dense: boolean
  /** Dialogs and drawers are there at once. */
  readonly still: boolean
}

export function themeOf({ look, language, dense, still }: ThemeChoice): ThemeConfig {
  const algorithms = [
    look === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    ...(dense ? [theme.compactAlgorithm] : []),
  ]
  return {
    algorithm: algorithms,
    hashed: false,
    // What is chosen is written in the colour of links: the colour of buttons is too dark for text.
    components: look === 'dark' ? DARK_COMPONENTS : {},
    token: {
      fontFamily: FONTS[language],
      motion: !still,
      // White on it reaches 4.5 : 1 (WCAG AA), after the dark algorithm has dimmed it; as text it must be brighter.
      colorPrimary: look === 'dark' ? '#268a80' : '#0f766e',
      colorInfo: look === 'dark' ? '#268a80' : '#0f766e',
      colorLink: look === 'dark' ? BRIGHT : '#0f766e',
      colorError: look === 'dark' ? '#f0716b' : '#b42318',
      borderRadius: 4,
      // Derived from so dark a colour they would be grey; these are its tints.
      ...(look === 'dark' ? {} : { colorInfoBg: '#e6f4f1', colorInfoBorder: '#8fc7bf', colorPrimaryBg: '#e6f4f1' }),
      ...(look === 'dark'
        ? {
            colorBgBase: '#0f1317',
            colorBgContainer: '#161b21',
            colorBgElevated: '#1d242b',
            colorBgLayout: '#0f1317',
            colorTextSecondary: 'rgba(255, 255, 255, 0.72)',
            colorTextTertiary: 'rgba(255, 255, 255, 0.62)',
            colorTextDescription: 'rgba(255, 255, 255, 0.66)',
            colorTextPlaceholder: 'rgba(255, 255, 255, 0.55)',
          }
        : {
            colorTextSecondary: 'rgba(0, 0, 0, 0.72)',
            colorTextTertiary: 'rgba(0, 0, 0, 0.62)',
            colorTextDescription: 'rgba(0, 0, 0, 0.62)',
            colorTextPlaceholder: 'rgba(0, 0, 0, 0.55)',
          }),
    },
  }
}
