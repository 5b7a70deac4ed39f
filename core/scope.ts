// A scope closes what was opened in it, last opened first, whatever happens on the way.

type Close = () => unknown

/** Stands in for AsyncDisposableStack, which Node 20 does not have. */
export class Scope implements AsyncDisposable {
  readonly #closers: Close[] = []
  #closing: Promise<void> | undefined

  /** Remembers how to close `resource`, and hands it back. */
  use<T>(resource: T, close: (resource: T) => unknown): T {
    this.#closers.push(() => close(resource))
    return resource
  }

  defer(close: Close): void {
    this.#closers.push(close)
  }

  /** Closes everything once; a second call waits for the first. The first error is thrown after all were tried. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = []
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
