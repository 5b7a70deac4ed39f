// How times, spans and amounts are written: always in the street's time, wherever the screen is.
import { currentLanguage } from './words.ts'

const TIME_ZONE = 'Asia/Shanghai'
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const day = new Intl.DateTimeFormat('en-CA', { timeZone: TIME_ZONE })

/** 14:05:32 */
export const timeOf = (at: number): string => clock.format(at)
/** 2026-03-12 */
export const dayOf = (at: number): string => day.format(at)
/** With the day before it, where that is not today. */
export const whenOf = (at: number): string =>
  dayOf(at) === dayOf(Date.now()) ? timeOf(at) : `${dayOf(at).slice(5)} ${timeOf(at)}`

/** "3 分钟前", for a hover: never where order matters. */
export function agoOf(at: number): string {
  const relative = new Intl.RelativeTimeFormat(currentLanguage() === 'zh' ? 'zh-CN' : 'en', { numeric: 'always' })
  const seconds = Math.max(0, Math.round((Date.now() - at) / 1000))
  if (seconds < 60) return relative.format(-seconds, 'second')
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), 'minute')
  if (seconds < 86_400) return relative.format(-Math.round(seconds / 3600), 'hour')
  return relative.format(-Math.round(seconds / 86_400), 'day')
}

/** 8分12秒, 1小时20分 */
export function durationOf(ms: number): string {
  const total = Math.round(Math.abs(ms) / 1000)
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const [h, m, s] = currentLanguage() === 'zh' ? ['小时', '分', '秒'] : [' h ', ' min ', ' s']
  if (hours >= 48) return currentLanguage() === 'zh' ? `${Math.floor(hours / 24)}天` : `${Math.floor(hours / 24)} days`
  if (hours) return `${hours}${h}${minutes}${m}`.trim()
  if (minutes) return seconds ? `${minutes}${m}${seconds}${s}` : `${minutes}${m}`.trim()
  return `${seconds}${s}`
}

/** 42:10 or 1:20:05, for what counts down. */
export function countdownOf(ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`
}

/** 甲、乙 or A, B: a plain row of names. */
export const listOf = (parts: readonly string[]): string => parts.join(currentLanguage() === 'zh' ? '、' : ', ')

/** Two digits that count: 12 %, 1.2 %, 0.12 %. */
export const percentOf = (share: number): string => `${Number((share * 100).toPrecision(2))} %`

/** 320 m, 1.1 km */
export const distanceOf = (metres: number): string =>
  metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`

/** A measure of a rule. @param of how many could have been, where that is known */
export function amountOf(value: number, unit: string, of?: number): string {
  const zh = currentLanguage() === 'zh'
  if (unit === 'ms') return durationOf(value)
  if (unit === 'people') return zh ? `${Math.round(value)}人` : `${Math.round(value)} people`
  if (unit === 'share') return percentOf(value)
  if (unit === 'pieces') return zh ? `${Math.round(value)}件` : `${Math.round(value)} pieces`
  if (unit === 'samples') return of ? `${value}/${of}${zh ? '次' : ' looks'}` : `${value}${zh ? '次' : ' looks'}`
  return value.toFixed(2)
}
