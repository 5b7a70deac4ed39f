// Fits a zone's `countScale`: how many people are there for each one that the detector sees.

export interface CountScale {
  /** People there ÷ people detected. */
  readonly factor: number
  /** Mean absolute error of the scaled counts on the pictures of the fit, in people. */
  readonly error: number
  /** The factor lies within ± this in 95 of 100 such samples, if the pictures were independent. */
  readonly margin: number
  readonly pictures: number
}

/**
 * The ratio estimator, Σ truth ÷ Σ seen. It is the best linear one where the error's variance grows with the count, as it
 * does for people who are overlooked one by one, and its scaled counts are right on average, as those of least squares
 * are not. Its margin is the usual one of survey sampling (Cochran 1977, §6.4), without the finite-population term.
 * @returns null with fewer than two pictures, or where nobody was ever seen
 */
export function fitCountScale(pairs: readonly { readonly truth: number; readonly seen: number }[]): CountScale | null {
  const sum = (value: (pair: (typeof pairs)[number]) => number) => pairs.reduce((total, pair) => total + value(pair), 0)
  const pictures = pairs.length
  const seen = sum(pair => pair.seen)
  if (pictures < 2 || seen === 0) return null
  const factor = sum(pair => pair.truth) / seen
  const residual = ({ truth, seen: some }: (typeof pairs)[number]) => truth - factor * some
  const variance = sum(pair => residual(pair) ** 2) / (pictures * (pictures - 1))
  return {
    factor,
    error: sum(pair => Math.abs(residual(pair))) / pictures,
    margin: (1.96 * Math.sqrt(variance)) / (seen / pictures),
    pictures,
  }
}
