// The assignment problem: pairs rows with columns so that the sum of costs is least.

/**
 * Solves it exactly by shortest augmenting paths (Kuhn 1955, Munkres 1957; in the form of Jonker and Volgenant 1987),
 * O(rows² · (rows + columns)): 50 people in under a millisecond. A row may stay alone at the price of `limit`,
 * so no pair dearer than that is ever made.
 * @param cost rows of equally many finite numbers
 * @returns for each row its column, or undefined
 */
export function assign(cost: readonly (readonly number[])[], limit: number): readonly (number | undefined)[] {
  const columns = cost[0]?.length ?? 0
  // One more column per row, for staying alone.
  const slots = columns + cost.length
  const costAt = (row: number, slot: number) => (slot < columns ? (cost[row]?.[slot] ?? limit) : limit)
  const rowPrice = new Float64Array(cost.length)
  const slotPrice = new Float64Array(slots)
  const rowOf = new Int32Array(slots).fill(-1)

  for (const start of cost.keys()) {
    const distance = new Float64Array(slots).fill(Number.POSITIVE_INFINITY)
    const cameFrom = new Int32Array(slots).fill(-1)
    const settled = new Uint8Array(slots)
    let row = start
    let slot = -1
    let reached = 0
    // Dijkstra over reduced costs, from the new row to the nearest slot that is free.
    do {
      let next = -1
      for (let other = 0; other < slots; other++) {
        if (settled[other]) continue
        const through = reached + costAt(row, other) - at(rowPrice, row) - at(slotPrice, other)
        if (through < at(distance, other)) {
          distance[other] = through
          cameFrom[other] = slot
        }
        if (next < 0 || at(distance, other) < at(distance, next)) next = other
      }
      slot = next
      reached = at(distance, slot)
      settled[slot] = 1
      row = at(rowOf, slot)
    } while (row >= 0)

    // Prices move so that every pair stays on a cheapest path, then the pairs along this path change hands.
    rowPrice[start] = at(rowPrice, start) + reached
    for (let other = 0; other < slots; other++) {
      if (!settled[other] || other === slot) continue
      const slack = reached - at(distance, other)
      slotPrice[other] = at(slotPrice, other) - slack
      const owner = at(rowOf, other)
      rowPrice[owner] = at(rowPrice, owner) + slack
    }
    while (slot >= 0) {
      const before = at(cameFrom, slot)
      rowOf[slot] = before < 0 ? start : at(rowOf, before)
      slot = before
    }
  }

  const result: (number | undefined)[] = cost.map(() => undefined)
  for (let slot = 0; slot < columns; slot++) {
    const row = at(rowOf, slot)
    if (row >= 0) result[row] = slot
  }
  return result
}

function at(values: Float64Array | Int32Array, index: number): number {
  return values[index] ?? 0
}
