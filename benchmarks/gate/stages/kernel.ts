// The calibration kernel: fixed work beside every repetition, so that a slow moment or another machine can be told from slow code.

/** 8 MiB: more than a core has to itself, so that a neighbour who fills the memory's path is felt here too. */
const WORDS = 1 << 21
const INTEGER_STEPS = 1_000_000
const MEMORY_STEPS = 250_000

const memory = new Uint32Array(WORDS)
for (let at = 0; at < WORDS; at++) memory[at] = Math.imul(at, 0x9e3779b1) >>> 0

/** Integer mixing, square roots, then a walk whose every step depends on what was read before. @returns always the same sum */
export function kernel(): number {
  let mixed = 1
  let sum = 0
  for (let step = 0; step < INTEGER_STEPS; step++) {
    mixed = (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) + step) | 0
    sum += Math.sqrt(mixed >>> 0)
  }
  let at = mixed & (WORDS - 1)
  for (let step = 0; step < MEMORY_STEPS; step++) {
    at = (Math.imul(at, 1_664_525) + (memory[at] ?? 0) + step) & (WORDS - 1)
    sum += at
  }
  return Math.round(sum)
}
