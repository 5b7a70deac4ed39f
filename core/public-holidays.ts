// The public holidays of China and the working days that make up for them (调休), as the State Council announced them.

export interface HolidayYear {
  readonly year: number
  /** 国务院办公厅关于 … 年部分节假日安排的通知. */
  readonly notice: string
  /** First and last day of each, as YYYY-MM-DD. */
  readonly holidays: readonly { readonly name: string; readonly from: string; readonly to: string }[]
  /** Saturdays and Sundays that are worked. */
  readonly workdays: readonly string[]
}

/** A year is announced in the November before it; one that is not here yet has its weekends only. */
export const PUBLIC_HOLIDAYS: readonly HolidayYear[] = [
  {
    year: 2025,
    notice: '国办发明电〔2024〕12号, 2024-11-12',
    holidays: [
      { name: '元旦', from: '2025-01-01', to: '2025-01-01' },
      { name: '春节', from: '2025-01-28', to: '2025-02-04' },
      { name: '清明节', from: '2025-04-04', to: '2025-04-06' },
      { name: '劳动节', from: '2025-05-01', to: '2025-05-05' },
      { name: '端午节', from: '2025-05-31', to: '2025-06-02' },
      { name: '国庆节、中秋节', from: '2025-10-01', to: '2025-10-08' },
    ],
    workdays: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  {
    year: 2026,
    notice: '国务院办公厅, 2025-11-04 (新华社)',
    holidays: [
      { name: '元旦', from: '2026-01-01', to: '2026-01-03' },
      { name: '春节', from: '2026-02-15', to: '2026-02-23' },
      { name: '清明节', from: '2026-04-04', to: '2026-04-06' },
      { name: '劳动节', from: '2026-05-01', to: '2026-05-05' },
      { name: '端午节', from: '2026-06-19', to: '2026-06-21' },
      { name: '中秋节', from: '2026-09-25', to: '2026-09-27' },
      { name: '国庆节', from: '2026-10-01', to: '2026-10-07' },
    ],
    workdays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
]

const DAY_MS = 86_400_000
const OFF = new Set(PUBLIC_HOLIDAYS.flatMap(({ holidays }) => holidays.flatMap(({ from, to }) => daysFrom(from, to))))
const WORKED = new Set(PUBLIC_HOLIDAYS.flatMap(({ workdays }) => workdays))

function daysFrom(first: string, last: string): readonly string[] {
  const count = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(first) + index * DAY_MS).toISOString().slice(0, 10),
  )
}

/** @param date YYYY-MM-DD @returns undefined where the notice says nothing: the day of the week decides */
export function announced(date: string): 'off' | 'worked' | undefined {
  if (OFF.has(date)) return 'off'
  return WORKED.has(date) ? 'worked' : undefined
}
