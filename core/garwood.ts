// The exact confidence interval of a Poisson mean: what a count of rare events says about their rate.

export interface Interval {
  readonly low: number
  readonly high: number
}

/**
 * Garwood's interval (Biometrika 28, 1936, 437–442): the means between the one that gives so many events or more, and the
 * one that gives so many or fewer, with half of 1 − confidence each. Halves of chi-squared quantiles with 2n and 2n + 2
 * degrees of freedom are the same numbers; here both equations are solved on the Poisson distribution itself.
 * @param count whole events, 0 or more
 * @returns bounds of the mean, in events
 */
export function garwood(count: number, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2
  return {
    low: count === 0 ? 0 : meanWhere(mean => 1 - atMost(count - 1, mean) >= tail),
    high: meanWhere(mean => atMost(count, mean) <= tail),
  }
}

/** The least mean for which `reached` holds; it holds for all above. Halved until doubles cannot be told apart. */
function meanWhere(reached: (mean: number) => boolean): number {
  let high = 1
  while (!reached(high)) high *= 2
  let low = 0
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return high
    if (reached(middle)) high = middle
    else low = middle
  }
}

/** P(X ≤ count) of a Poisson variable. Summed by logarithms: e^−mean alone is 0 from 746 on. */
function atMost(count: number, mean: number): number {
  let logTerm = -mean
  let sum = Math.exp(logTerm)
  for (let k = 1; k <= count; k++) {
    logTerm += Math.log(mean / k)
    sum += Math.exp(logTerm)
  }
  return sum
}
