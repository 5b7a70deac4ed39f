// Streams that may have ended their shard while several were being opened: from then on these are opened one after the other,
// so that the next death names one.
import type { CameraId } from '../core/ids.ts'

const nothingToLeave = (): void => undefined

/** Shared by the streams of a process. */
export class OpeningLine {
  #suspects: ReadonlySet<CameraId> = new Set()
  /** Resolves when nobody in the line is being opened any more. */
  #end: Promise<unknown> = Promise.resolve()

  /** Who has to stand in line from now on; nobody else waits. */
  suspect(cameras: readonly CameraId[]): void {
    this.#suspects = new Set(cameras)
  }

  /**
   * Resolves when it is this one's turn, in the order of asking; at once when aborted.
   * @returns to be called once it is open, or will not be; again is no harm
   */
  async turn(camera: CameraId, signal: AbortSignal): Promise<() => void> {
    if (!this.#suspects.has(camera)) return nothingToLeave
    const before = this.#end
    let leave: () => void = nothingToLeave
    const open = new Promise<void>(resolve => {
      leave = resolve
    })
    this.#end = before.then(() => open)
    const { promise: aborted, forget } = whenAborted(signal)
    await Promise.race([before, aborted])
    forget()
    return leave
  }
}

function whenAborted(signal: AbortSignal) {
  let forget = nothingToLeave
  const promise = new Promise<void>(resolve => {
    const listener = () => resolve()
    if (signal.aborted) listener()
    signal.addEventListener('abort', listener, { once: true })
    forget = () => signal.removeEventListener('abort', listener)
  })
  return { promise, forget: () => forget() }
}
