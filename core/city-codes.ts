// What the city's own system calls each kind: 大类 and 小类 with the codes of GB/T 30428.2, for exports and reports.
import { z } from 'zod'
import { RULE_KINDS, type RuleKind } from './observation.ts'

export interface CityCode {
  /** Two digits; null where the catalogue has nothing of the kind. */
  readonly category: string | null
  readonly categoryName: string | null
  /** Two digits within the category. */
  readonly code: string | null
  readonly codeName: string | null
  /**
   * `secondary`: read from the tables of systems in use, not from the standard's own text, which is not free to read.
   * `none`: not found anywhere; the fields are empty rather than guessed. `configured`: set by the city.
   */
  readonly source: 'secondary' | 'none' | 'configured'
}

const NOWHERE: CityCode = { category: null, categoryName: null, code: null, codeName: null, source: 'none' }
const secondary = (category: string, categoryName: string, code: string, codeName: string): CityCode => ({
  category,
  categoryName,
  code,
  codeName,
  source: 'secondary',
})

/**
 * The standard's text could not be consulted. 01-10 and 01-12 stand in a city system's table of events and again, as
 * 06010 and 06012, in one of its successor GB/T 47678.5-2026, which keeps the order of the smaller codes; 04-09 stands
 * in the first only. An overflowing bin is filed as 暴露垃圾 there or under a local code (01-98): the successor has
 * one of its own (06042). For crowds no code was found, and a camera's fault is no event of the street.
 */
export const CITY_CODES: Readonly<Record<RuleKind, CityCode>> = {
  'illegal-parking': secondary('04', '街面秩序', '09', '机动车乱停放'),
  'overflowing-bin': secondary('01', '市容环境', '10', '暴露垃圾'),
  'dirty-road': secondary('01', '市容环境', '12', '道路不洁'),
  crowding: NOWHERE,
  'camera-health': NOWHERE,
}

const code = z.string().regex(/^[0-9A-Z]{2,5}$/, 'expected 2 to 5 digits or capitals')
const name = z.string().min(1).max(30)

/** `cityCodes` of the configuration: what a city's own catalogue says, by kind. */
export const cityCodesSchema = z.partialRecord(
  z.enum(RULE_KINDS),
  z.strictObject({ category: code, categoryName: name, code, codeName: name }),
)

export function cityCodes(configured: z.output<typeof cityCodesSchema> = {}): Readonly<Record<RuleKind, CityCode>> {
  const own = Object.entries(configured).map(([kind, codes]) => [kind, { ...codes, source: 'configured' as const }])
  return { ...CITY_CODES, ...Object.fromEntries(own) }
}

/** What each kind is called in the words of the trade. */
export const KIND_NAMES: Readonly<Record<RuleKind, string>> = {
  'illegal-parking': '违停',
  crowding: '人员聚集',
  'overflowing-bin': '垃圾满溢',
  'dirty-road': '道路不洁',
  'camera-health': '设备异常',
}
