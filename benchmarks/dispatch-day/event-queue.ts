// Simulated time: what falls due happens in the order of its times, and the clock jumps from one to the next.
import { type EpochMs, ManualClock } from '../../core/time.ts'

export interface EventQueue {
  now(): EpochMs
  /** What is added for one instant happens in the order in which it was added; the past is now. */
  add(at: EpochMs, happen: () => void): void
  /** Until nothing is left, or nothing before `end`. */
  runUntil(end: EpochMs): void
}

interface Due {
  readonly at: EpochMs
  readonly sequence: number
  readonly happen: () => void
}

export function eventQueue(start: EpochMs): EventQueue {
  const clock = new ManualClock(start)
  // A binary heap: the parent of index i is at (i - 1) >> 1.
  const heap: Due[] = []
  let sequence = 0

  function swap(one: number, other: number): void {
    const [first, second] = [heap[one], heap[other]]
    if (first && second) [heap[one], heap[other]] = [second, first]
  }

  function rise(index: number): void {
    for (let child = index; child > 0; ) {
      const parent = (child - 1) >> 1
      if (!goesBefore(heap[child], heap[parent])) return
      swap(child, parent)
      child = parent
    }
  }

  function sink(): void {
    for (let parent = 0; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2]
      const least = goesBefore(heap[right], heap[left]) ? right : left
      if (!goesBefore(heap[least], heap[parent])) return
      swap(parent, least)
      parent = least
    }
  }

  function take(): Due | undefined {
    const [first] = heap
    const last = heap.pop()
    if (first && last && first !== last) {
      heap[0] = last
      sink()
    }
    return first
  }

  return {
    now: () => clock.now(),
    add(at, happen) {
      heap.push({ at: Math.max(at, clock.now()), sequence: sequence++, happen })
      rise(heap.length - 1)
    },
    runUntil(end) {
      while (heap[0] && heap[0].at < end) {
        const due = take()
        if (!due) return
        clock.advanceTo(due.at)
        due.happen()
      }
    },
  }
}

function goesBefore(one: Due | undefined, other: Due | undefined): boolean {
  if (!one || !other) return one !== undefined
  return one.at < other.at || (one.at === other.at && one.sequence < other.sequence)
}
