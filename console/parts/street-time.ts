// Pickers of dates show the street's time, wherever the screen is: China has one time zone and no summer time.
import dayjs, { type Dayjs } from 'dayjs'

const STREET_OFFSET_MIN = 480
const shiftMs = (at: Date): number => (STREET_OFFSET_MIN + at.getTimezoneOffset()) * 60_000

/** What a picker shows for an instant. */
export const toStreet = (at: number): Dayjs => dayjs(at + shiftMs(new Date(at)))
/** The instant that is meant by what a picker shows. */
export const fromStreet = (shown: Dayjs): number => shown.valueOf() - shiftMs(shown.toDate())
