// Coalescing: what is asked for while a call is under way goes together in the next one, so that load makes batches.

/**
 * The first is called for at once and alone; whoever asks meanwhile shares the next call.
 * @param run answers each item in its place; where it rejects, everybody of that call gets the error
 * @param most items of one call
 */
export function coalesced<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
  most: number,
): (item: Item) => Promise<Answer> {
  interface Asker {
    readonly item: Item
    readonly resolve: (answer: Answer) => void
    readonly reject: (reason: unknown) => void
  }
  let waiting: Asker[] = []
  let isRunning = false

  async function serve(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      const askers = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        const answers = await run(askers.map(({ item }) => item))
        for (const [index, { resolve }] of askers.entries()) resolve(answers[index] as Answer)
      } catch (thrown) {
        for (const { reject } of askers) reject(thrown)
      }
    }
    isRunning = false
  }

  return item =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isRunning) void serve()
    })
}
