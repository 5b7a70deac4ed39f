// A place for one item: a newer one takes the place of an older one that nobody has fetched yet.

export class NewestSlot<T> {
  #item: T | undefined
  #closed = false
  #arrived: (() => void) | undefined

  /** @returns the item that was replaced, or this very one where the slot is closed: the caller disposes of it */
  put(item: T): T | undefined {
    if (this.#closed) return item
    const replaced = this.#item
    this.#item = item
    this.#arrived?.()
    return replaced
  }

  /** Waits for an item; undefined once the slot is closed and empty. For one reader at a time. */
  async take(): Promise<T | undefined> {
    if (this.#item === undefined && !this.#closed) {
      await new Promise<void>(resolve => {
        this.#arrived = resolve
      })
      this.#arrived = undefined
    }
    const item = this.#item
    this.#item = undefined
    return item
  }

  /** No more items will come; one that lies here can still be fetched. */
  close(): void {
    this.#closed = true
    this.#arrived?.()
  }
}
