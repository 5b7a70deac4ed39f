// How a camera does, in words that somebody at a wall of pictures needs: nothing where all is well.
import type { Camera } from '../../client/records.ts'
import type { DomainWords } from '../../words/domain.ts'
import { problemText } from '../../words/problems.ts'

export interface Ailment {
  /** A key of the domain's words: of streams, views or alignments. */
  readonly key: string
  readonly word: string
  /** What happened and what to try, in the reader's words. */
  readonly hint: string
}

type HealthWords = Pick<DomainWords, 'streams' | 'views' | 'alignments'>

/** The worst first; what one fault explains is not told as another. */
export function ailmentsOf({ health, sight }: Camera, words: HealthWords): readonly Ailment[] {
  const problem = health?.problem ? problemText(health.problem) : ''
  if (!health) return [{ key: 'unknown', word: words.streams.unknown, hint: problem }]
  if (health.state !== 'online') {
    const isAway = health.state === 'retrying'
    const word = isAway ? words.views.offline : words.streams[health.state]
    return [{ key: isAway ? 'offline' : health.state, word, hint: problem }]
  }
  const found: Ailment[] = []
  if (health.problem?.code === 'source-corrupt')
    found.push({ key: 'corrupt', word: words.views.corrupt, hint: problem })
  if (health.problem?.code === 'camera-clock-off')
    found.push({ key: 'clock-skew', word: words.views['clock-skew'], hint: problem })
  if (sight && sight.view !== 'clear') found.push({ key: sight.view, word: words.views[sight.view], hint: problem })
  if (sight?.alignment === 'moved' && sight.view !== 'moved') {
    found.push({ key: 'moved', word: words.alignments.moved, hint: problem })
  }
  if (sight?.alignment === 'unconfirmed') {
    found.push({ key: 'unconfirmed', word: words.alignments.unconfirmed, hint: problem })
  }
  return found
}

export interface WallFilter {
  readonly text: string
  readonly street: string | undefined
  readonly grid: string | undefined
  /** `any` ailment, or none at all. */
  readonly health: 'all' | 'well' | 'ill'
}

export function chosenBy({ text, street, grid, health }: WallFilter, words: HealthWords): (camera: Camera) => boolean {
  const wanted = text.trim().toLowerCase()
  return camera => {
    if (street !== undefined && camera.streetId !== street) return false
    if (grid !== undefined && camera.gridId !== grid) return false
    if (wanted && !`${camera.name} ${camera.id}`.toLowerCase().includes(wanted)) return false
    return health === 'all' || ailmentsOf(camera, words).length > 0 === (health === 'ill')
  }
}

/** Where the arrows lead in a grid of so many columns; it stays where there is nothing. */
export function moved(index: number, key: string, columns: number, count: number): number {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  }
  if (key === 'Home') return 0
  if (key === 'End') return Math.max(0, count - 1)
  const next = index + (steps[key] ?? 0)
  return next >= 0 && next < count ? next : index
}
