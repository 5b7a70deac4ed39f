// The page's part on a scored run: what is there, what is missing, and what was not scored, each said in words.
import { describe, expect, test } from 'vitest'
import { pictureName } from '../../scoring/pictures.ts'
import type { ScoredCase, ScoreFile } from '../../scoring/score-file.ts'
import { alarm, event, scoredCase, scoredRun, zone } from './sample-case.ts'
import { scoreSection } from './section.ts'
import { pictureStore } from './shots.ts'

const JPEG = Buffer.from('a picture')
const NAME = pictureName(JPEG)
const look = (picture: string | null) => ({
  ...({ at: 31, view: 'clear', picture, seen: [['car', 0.9, [0.1, 0.1, 0.2, 0.2]]] } satisfies Partial<
    NonNullable<ScoredCase['alarms'][number]['look']>
  >),
})
const one = (picture: string | null) =>
  scoredCase({
    zones: [zone('kerb')],
    events: [event('kerb', { alarm: 0, box: [0.1, 0.1, 0.2, 0.2] }), event('kerb', { what: '<van>' })],
    alarms: [alarm('kerb', { verdict: 'hit', event: 0, look: look(picture), boxes: [[0.1, 0.1, 0.2, 0.2]] })],
  })
const textOf = (file: ScoreFile, pictures: ReadonlySet<string> = new Set()) => scoreSection(file, 's', pictures).text
const uses = (text: string) => text.match(/<use /g)?.length ?? 0

describe('a scored run', () => {
  test('has a mark in the time line and a picture with zone and boxes for each hit and miss, texts being texts', () => {
    const text = textOf(scoredRun(one(NAME)), new Set([NAME]))
    expect([uses(text), text.match(/<polygon class="zone"/g)?.length]).toEqual([1, 2])
    expect(text).toContain('id="s-case-1-1"')
    expect(text).toContain('missed: &#60;van&#62;, due at 0:00; no picture from then on')
    expect(text).not.toMatch(/not at hand|<van>|warning/)
    expect(pictureStore(new Map([[NAME, JPEG]])).text).toContain(`id="p-${NAME.slice(0, 16)}"`)
  })

  test('says which pictures are missing, and sketches what they would show', () => {
    const text = textOf(scoredRun(one(NAME)))
    expect(text).toContain('1 of 1 pictures are not beside this result')
    expect(text).toContain('sketch: the picture is not at hand')
    expect([uses(text), text.includes('class="seen"'), text.includes('class="alarmed"')]).toEqual([0, true, true])
  })

  test('recorded detections are sketched without anything being missing', () => {
    const text = textOf(scoredRun(one(null)))
    expect(text).toContain('sketch of recorded detections')
    expect(text).not.toContain('warning')
  })

  test('that was interrupted names what was not scored', () => {
    const half = { ...scoredRun(one(null)), complete: false, asked: ['corner.json', 'yard.json'] }
    expect(textOf(half)).toContain('Only 1 of 2 truth files were scored; not yard.json.')
  })

  test('says so where nothing happened', () => {
    const rule = 'crowding' as const
    const text = textOf({ ...scoredRun(scoredCase()), curves: [{ rule, camera: 'corner', events: 0, points: [] }] })
    expect(text).toContain('Nothing was found, missed or invented.')
    expect(text).toContain('Nothing happened and nothing was said: crowding at corner.')
  })
})
