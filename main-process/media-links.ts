// Links by which people outside see a picture: blurred, signed, and not for ever.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Media } from '../api/ports.ts'
import { JiemuError } from '../core/errors.ts'
import type { EvidenceId, IncidentId } from '../core/ids.ts'
import type { Evidence } from '../core/incident.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Notice, PictureLink, PictureLinks } from '../dispatch/notifiers/notifier.ts'
import type { Store } from '../store/open.ts'

const LINK_MS = 24 * 3_600_000
/** No link may be good for longer, whoever made it. */
const LONGEST_MS = 7 * 86_400_000

export interface MediaLinksDeps {
  readonly store: Pick<Store, 'reading' | 'blurred'>
  readonly key: Buffer
  /** Where people outside reach us; without it there are no links. */
  readonly publicUrl: string | null
  readonly clock: Clock
}

export class MediaLinks implements PictureLinks, Media {
  readonly #deps: MediaLinksDeps

  constructor(deps: MediaLinksDeps) {
    this.#deps = deps
  }

  async linkFor({ details }: Notice): Promise<PictureLink | undefined> {
    const { store, publicUrl, clock } = this.#deps
    const [first] = Array.isArray(details.incidentIds) ? details.incidentIds : [details.incidentId]
    if (!publicUrl || typeof first !== 'string') return undefined
    const detail = await store.reading.incident(first as IncidentId)
    for (const { id } of bestFirst((detail?.evidence ?? []).filter(({ mediaType }) => mediaType === 'image/jpeg'))) {
      if (!(await store.blurred.subjects(id))) continue
      // Whole seconds, so that a link of the same second is the same.
      const expiresAt = Math.floor((clock.now() + LINK_MS) / 1_000) * 1_000
      const query = new URLSearchParams({ expires: String(expiresAt / 1_000), signature: this.#sign(id, expiresAt) })
      return { url: `${publicUrl.replace(/\/$/, '')}/media/${id}?${query}`, expiresAt }
    }
    return undefined
  }

  async open(id: EvidenceId, expiresAt: EpochMs, signature: string) {
    const now = this.#deps.clock.now()
    const given = Buffer.from(signature, 'base64url')
    const expected = Buffer.from(this.#sign(id, expiresAt), 'base64url')
    const isOurs = given.byteLength === expected.byteLength && timingSafeEqual(given, expected)
    // One answer for all: whoever guesses learns nothing.
    if (!isOurs || expiresAt <= now || expiresAt > now + LONGEST_MS) throw new JiemuError('media-link-void')
    return this.#deps.store.blurred.open(id)
  }

  #sign(id: EvidenceId, expiresAt: EpochMs): string {
    return createHmac('sha256', this.#deps.key).update(`${id}\n${expiresAt}`).digest('base64url')
  }
}

/** What made the alarm and the whole scene of it, without our drawing on it, first. */
function bestFirst(evidence: readonly Evidence[]): readonly Evidence[] {
  const rank = ({ moment, view, annotated }: Evidence): number =>
    (moment === 'fired' ? 0 : 4) + (view === 'wide' ? 0 : 2) + (annotated ? 1 : 0)
  return [...evidence].sort((one, other) => rank(one) - rank(other) || other.takenAt - one.takenAt)
}
