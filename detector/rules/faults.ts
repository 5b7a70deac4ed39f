// How long a fault has lasted: by the majority of the time in which it could be told, through flicker, gaps and restarts.
import { z } from 'zod'
import type { EpochMs } from '../../core/time.ts'

const WORDS = ['holds', 'denied', 'unknown'] as const
export const wordSchema = z.enum(WORDS)
/** What an instant says of a fault: it is there, it is not, or something stands in the way of knowing. */
export type Word = (typeof WORDS)[number]

const spellSchema = z.object({
  since: z.number(),
  heldMs: z.number(),
  deniedMs: z.number(),
  /** Time since `since` in which it could not be told. */
  blindMs: z.number(),
  /** How long it has not been told by now. */
  untoldMs: z.number(),
  /** When it became an incident; null while it is only suspected. */
  openedAt: z.number().nullable(),
  dueAt: z.number(),
  saidAt: z.number(),
  /** Since the fault was last seen to be gone, while that may yet be its end. */
  recovery: z.object({ heldMs: z.number(), deniedMs: z.number() }).nullable(),
  history: z.array(z.object({ at: z.number(), value: z.number() })),
})
/** One stretch of a fault, from the first suspicion to its end. */
export type Spell = z.output<typeof spellSchema>
export const faultSchema = z.object({
  spell: spellSchema.nullable(),
  ended: spellSchema.extend({ endedAt: z.number(), sayings: z.number() }).nullable(),
})
/** A fault may be suspected anew while its last end is still being said. */
export type Fault = z.output<typeof faultSchema>

export const NO_FAULT: Fault = { spell: null, ended: null }

/** The time since the last step. */
export interface Span {
  /** First came so much of which nothing is known. */
  readonly untoldMs: number
  /** Then this was so, for so long. */
  readonly was: Word
  readonly ms: number
  /** What is so from now on. */
  readonly is: Word
}

export interface Patience {
  readonly after: number
  readonly clearAfter: number
}

/** A suspicion that could not be looked into for so long is none: the `maxGap` of a parked car. */
const FORGOTTEN_AFTER_MS = 20 * 60_000
/** An end is believed while at most this share of its time says otherwise: one doubtful picture in five. */
const DOUBT = 0.2
const HISTORY_POINTS = 60

/**
 * One instant further. A suspicion opens once it was told for `after` and held for most of that; it dies as soon as it was
 * denied for as long as it held. What is open clears once it was denied for `clearAfter`. Time in which nothing could be
 * told counts for neither.
 */
export function step(
  fault: Fault,
  span: Span,
  at: EpochMs,
  { after, clearAfter }: Patience,
): { readonly fault: Fault; readonly change?: 'opened' | 'cleared' } {
  const { was, ms, is } = span
  const grown = fault.spell && grow(fault.spell, span, at, after)
  const spell = grown && !isForgotten(grown) ? grown : is === 'holds' ? begin(at, was === 'holds' ? ms : 0) : null
  if (!spell) return { fault: { ...fault, spell } }
  if (spell.openedAt !== null) {
    const { recovery } = spell
    const over = recovery && recovery.deniedMs > 0 && recovery.deniedMs + recovery.heldMs >= clearAfter
    if (!over || is !== 'denied') return { fault: { ...fault, spell } }
    return { fault: { spell: null, ended: { ...spell, endedAt: at, sayings: 0 } }, change: 'cleared' }
  }
  const holds = is === 'holds' && spell.heldMs > spell.deniedMs && spell.heldMs + spell.deniedMs >= after
  if (!holds) return { fault: { ...fault, spell } }
  const dueAt = Math.min(at, spell.since + after + spell.blindMs)
  return { fault: { spell: { ...spell, openedAt: at, dueAt }, ended: null }, change: 'opened' }
}

/** @param heldMs how long it has held before anybody told */
function begin(at: EpochMs, heldMs: number): Spell {
  const since = at - heldMs
  const times = { since, heldMs, deniedMs: 0, blindMs: 0, untoldMs: 0 }
  return { ...times, openedAt: null, dueAt: since, saidAt: since, recovery: null, history: [{ at, value: heldMs }] }
}

function grow(spell: Spell, { untoldMs, was, ms, is }: Span, at: EpochMs, after: number): Spell {
  const held = was === 'holds' ? ms : 0
  const denied = was === 'denied' ? ms : 0
  const untold = untoldMs + (was === 'unknown' ? ms : 0)
  const heldMs = spell.heldMs + held
  const last = spell.history.at(-1)
  const keep = !last || at - last.at >= Math.max(1_000, after / 10)
  return {
    ...spell,
    heldMs,
    deniedMs: spell.deniedMs + denied,
    blindMs: spell.blindMs + untold,
    untoldMs: held + denied > 0 ? 0 : spell.untoldMs + untold,
    recovery: recover(spell.recovery, held, denied, is),
    history: keep ? [...spell.history, { at, value: heldMs }].slice(-HISTORY_POINTS) : spell.history,
  }
}

function recover(recovery: Spell['recovery'], held: number, denied: number, is: Word): Spell['recovery'] {
  const fresh = is === 'denied' ? { heldMs: 0, deniedMs: 0 } : null
  if (!recovery) return fresh
  const next = { heldMs: recovery.heldMs + held, deniedMs: recovery.deniedMs + denied }
  return next.heldMs > DOUBT * (next.heldMs + next.deniedMs) ? fresh : next
}

function isForgotten({ openedAt, heldMs, deniedMs, untoldMs }: Spell): boolean {
  if (openedAt !== null) return false
  return untoldMs > FORGOTTEN_AFTER_MS || (deniedMs > 0 && deniedMs >= heldMs)
}
