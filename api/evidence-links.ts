// Links by which somebody who has signed in sees one picture: theirs alone, and for two minutes.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { JiemuError } from '../core/errors.ts'
import type { EvidenceId } from '../core/ids.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Identity } from './door.ts'

/** Long enough for a slow page to fetch what it was just told of. */
const LINK_MS = 120_000

export interface EvidenceLink {
  /** Of this server. */
  readonly url: string
  readonly expiresAt: EpochMs
}

type Whose = Pick<Identity, 'by' | 'actor'>

export interface EvidenceLinks {
  linkFor(id: EvidenceId, whose: Whose): EvidenceLink
  /** @throws JiemuError evidence-link-void for another picture, somebody else, too late, or a signature that is not ours */
  check(id: EvidenceId, whose: Whose, expiresAt: EpochMs, signature: string): void
}

/** @param key of nothing else: whoever has it can make links */
export function evidenceLinks(key: Buffer, clock: Clock): EvidenceLinks {
  // A program's token and a user may be called the same.
  const sign = (id: EvidenceId, { by, actor }: Whose, expiresAt: EpochMs) =>
    createHmac('sha256', key)
      .update(JSON.stringify([id, by, actor.name, expiresAt]))
      .digest()
  return {
    linkFor(id, whose) {
      const expiresAt = Math.ceil((clock.now() + LINK_MS) / 1_000) * 1_000
      const signature = sign(id, whose, expiresAt).toString('base64url')
      return { url: `/api/evidence/${id}?expires=${expiresAt / 1_000}&signature=${signature}`, expiresAt }
    },
    check(id, whose, expiresAt, signature) {
      const given = Buffer.from(signature, 'base64url')
      const expected = sign(id, whose, expiresAt)
      const isOurs = given.byteLength === expected.byteLength && timingSafeEqual(given, expected)
      if (!isOurs || expiresAt <= clock.now()) throw new JiemuError('evidence-link-void')
    },
  }
}

/**
 * A player asks for a clip in many pieces by one link: that is one look.
 * @returns does `work` for the first who comes by a link; all others wait for it, and who comes after a failure tries again
 */
export function onceALink(clock: Clock) {
  const done = new Map<string, { readonly until: EpochMs; readonly work: Promise<unknown> }>()
  return async (signature: string, until: EpochMs, work: () => Promise<unknown>): Promise<void> => {
    for (const [link, { until }] of done) if (until <= clock.now()) done.delete(link)
    const before = done.get(signature)
    if (before) return void (await before.work)
    const begun = work()
    done.set(signature, { until, work: begun })
    await begun.catch(error => {
      done.delete(signature)
      throw error
    })
  }
}
