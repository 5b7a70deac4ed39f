// Moving a card: the arrows go from one place where it may be dropped to the next, and a worker lies above the columns.
import {
  type CollisionDetection,
  KeyboardCode,
  type KeyboardCoordinateGetter,
  pointerWithin,
  type UniqueIdentifier,
} from '@dnd-kit/core'

const BACK: readonly string[] = [KeyboardCode.Left, KeyboardCode.Up]
const FORTH: readonly string[] = [KeyboardCode.Right, KeyboardCode.Down]

export interface Moves {
  readonly coordinates: KeyboardCoordinateGetter
  readonly collisions: CollisionDetection
  /** Forgets where the keyboard was. */
  begin(): void
}

export function createMoves(): Moves {
  let chosen: UniqueIdentifier | undefined
  return {
    begin: () => {
      chosen = undefined
    },
    collisions: args => {
      if (!args.pointerCoordinates) return chosen === undefined ? [] : [{ id: chosen }]
      return pointerWithin(args).toSorted((one, other) => rankOf(one.id) - rankOf(other.id))
    },
    coordinates: (event, { context, currentCoordinates }) => {
      const step = FORTH.includes(event.code) ? 1 : BACK.includes(event.code) ? -1 : 0
      if (step === 0) return undefined
      event.preventDefault()
      const places = context.droppableContainers
        .getEnabled()
        .flatMap(({ id }) => {
          const rect = context.droppableRects.get(id)
          return rect ? [{ id, rect }] : []
        })
        .sort(
          (one, other) =>
            rankOf(one.id) - rankOf(other.id) || one.rect.top - other.rect.top || one.rect.left - other.rect.left,
        )
      const now = places.findIndex(({ id }) => id === chosen)
      const index = now < 0 ? (step > 0 ? 0 : places.length - 1) : (now + step + places.length) % places.length
      const next = places[index]
      if (!next) return undefined
      chosen = next.id
      const { left, top, width, height } = next.rect
      const moved = context.collisionRect
      // A column is taller than the screen: the card goes to its top; above a worker, so that the name stays to be read.
      return moved
        ? {
            x: left + (width - moved.width) / 2,
            y: rankOf(next.id) === 0 ? top - 84 : top + (Math.min(height, 240) - moved.height) / 2,
          }
        : currentCoordinates
    },
  }
}

/** Workers and teams first, since that is what a card is mostly moved to; then the columns from left to right. */
const rankOf = (id: UniqueIdentifier): number => (String(id).startsWith('to:') ? 0 : 1)
