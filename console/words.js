// How the console writes words, times and measures, in the language that is chosen.
import { EN } from './words-en.js'
import { ZH } from './words-zh.js'

let language = localStorage.getItem('jiemu.language') === 'en' ? 'en' : 'zh'

export const currentLanguage = () => language
export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh'
  localStorage.setItem('jiemu.language', language)
}

/** A word in the chosen language; an unknown one is shown as it is. */
export function t(key) {
  return (language === 'zh' ? ZH : EN)[key] ?? key
}

// Always the street's time, wherever the screen is.
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' })

export const timeOf = at => clock.format(at)
/** With the day before it, where that is not today. */
export function whenOf(at) {
  return day.format(at) === day.format(Date.now()) ? timeOf(at) : `${day.format(at).slice(5)} ${timeOf(at)}`
}

export function agoOf(at) {
  const seconds = Math.max(0, Math.round((Date.now() - at) / 1000))
  const relative = new Intl.RelativeTimeFormat(language === 'zh' ? 'zh-CN' : 'en', { numeric: 'always' })
  if (seconds < 60) return relative.format(-seconds, 'second')
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), 'minute')
  return relative.format(-Math.round(seconds / 3600), 'hour')
}

export function durationOf(ms) {
  const total = Math.round(ms / 1000)
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const [h, m, s] = language === 'zh' ? ['小时', '分', '秒'] : [' h ', ' min ', ' s']
  if (hours) return `${hours}${h}${minutes}${m}`.trim()
  if (minutes) return seconds ? `${minutes}${m}${seconds}${s}` : `${minutes}${m}`.trim()
  return `${seconds}${s}`
}

/** @param of how many could have been, where that is known */
export function amountOf(value, unit, of) {
  const zh = language === 'zh'
  if (unit === 'ms') return durationOf(value)
  if (unit === 'people') return zh ? `${Math.round(value)}人` : `${Math.round(value)} people`
  if (unit === 'share') return percentOf(value)
  if (unit === 'pieces') return zh ? `${Math.round(value)}件` : `${Math.round(value)} pieces`
  if (unit === 'samples') return of ? `${value}/${of}${zh ? '次' : ' looks'}` : `${value}${zh ? '次' : ' looks'}`
  return value.toFixed(2)
}

/** Two digits that count: 12 %, 1.2 %, 0.12 %. */
export const percentOf = share => `${Number((share * 100).toPrecision(2))} %`

/** Which of the place an incident is about, in words; nothing where the place says it all. */
export function subjectOf({ kind, subject }) {
  if (kind === 'camera-health') return t(`view.${subject}`)
  return kind === 'overflowing-bin' ? `${t('slot')} ${subject.slice(0, 4)}` : ''
}
