// Crowds out of counts: when there were as many people as the rule asks for, for as long as it asks.
import { type CrowdingOptions, crowdingOptions } from '../../../detector/rules/kinds/crowding.ts'

export interface CountedPicture {
  /** Name of the picture. */
  readonly name: string
  readonly people: number
}

export interface Crowd {
  /** The first picture of the run that reached the threshold for `hold`. */
  readonly fromMs: number
  /** The first picture of the run that stayed at or below `clearBelow` for `clearAfter`; absent where none did. */
  readonly toMs?: number
}

/**
 * The rule's definition, on counts that a person made: every picture of `hold` must reach the threshold (`k` forgives a
 * detector, not a person).
 * @param raw options of a crowding zone, as in a cameras' file
 * @param intervalMs from one picture to the next
 * @throws ZodError where the options are not crowding's
 */
export function crowdsIn(pictures: readonly CountedPicture[], intervalMs: number, raw: object): readonly Crowd[] {
  const { threshold, clearBelow, hold, clearAfter }: CrowdingOptions = crowdingOptions.parse(raw)
  const crowds: Crowd[] = []
  let open: number | undefined
  let run = 0
  for (const [index, { people }] of pictures.entries()) {
    const turning = open === undefined ? people >= threshold : people <= clearBelow
    run = turning ? run + 1 : 0
    if (run === 0 || run * intervalMs < (open === undefined ? hold : clearAfter)) continue
    const since = (index + 1 - run) * intervalMs
    if (open === undefined) open = since
    else {
      crowds.push({ fromMs: open, toMs: since })
      open = undefined
    }
    run = 0
  }
  return open === undefined ? crowds : [...crowds, { fromMs: open }]
}
