// Who looks at which camera live, for the register: one row for a viewing, not one for every picture of it.
import type { Camera } from '../core/camera.ts'
import type { Role } from '../core/permission.ts'
import type { Identity } from './door.ts'
import type { Register } from './ports.ts'

interface Viewing {
  readonly who: string
  readonly role: Role
  readonly by: Identity['by']
  readonly camera: Pick<Camera, 'id' | 'streetId'>
  readonly address: string
}

/** A page that asks for a still every two seconds is one viewing; after so long it is another one. */
const ONE_VIEWING_MS = 600_000
/** Far more people than cameras are ever watched by at once: beyond it, viewings are registered once too often. */
const MOST_KNOWN = 10_000

export class Viewings {
  readonly #register: Pick<Register, 'record'>
  readonly #now: () => number
  /** When each was registered, oldest first. */
  readonly #known = new Map<string, number>()

  /** @param now any clock that goes on evenly, in ms */
  constructor(register: Pick<Register, 'record'>, now: () => number = () => performance.now()) {
    this.#register = register
    this.#now = now
  }

  /** @throws JiemuError database-unavailable: what cannot be registered must not be shown */
  async note({ who, role, by, camera, address }: Viewing): Promise<void> {
    const key = JSON.stringify([by, who, address, camera.id])
    const before = this.#known.get(key)
    if (before !== undefined && this.#now() - before < ONE_VIEWING_MS) return
    await this.#register.record({
      who,
      role,
      purpose: 'view',
      ...{ evidenceId: null, incidentId: null, jobId: null },
      streetId: camera.streetId,
      address,
      subject: `live ${camera.id}`,
    })
    this.#known.delete(key)
    this.#known.set(key, this.#now())
    for (const [oldest] of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break
      this.#known.delete(oldest)
    }
  }
}
