// How evenly work is spread: the Gini coefficient.

/**
 * 0 where all have the same, towards 1 where one has everything: half the mean difference between any two, divided by
 * the mean (Gini 1912; here by ranks). 0 where nobody has anything.
 * @param amounts none below zero
 */
export function gini(amounts: readonly number[]): number {
  const rising = amounts.toSorted((one, other) => one - other)
  const total = rising.reduce((sum, amount) => sum + amount, 0)
  if (total === 0) return 0
  const n = rising.length
  const weighted = rising.reduce((sum, amount, index) => sum + (2 * (index + 1) - n - 1) * amount, 0)
  return weighted / (n * total)
}
