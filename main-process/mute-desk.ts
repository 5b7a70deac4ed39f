// Mutes as the API gets them: the store's, with every change told to whoever looks at them.
import type { Mutes } from '../api/mute-ports.ts'
import type { Store } from '../store/open.ts'
import type { Changes } from './changes.ts'

export function openMutes(mutes: Store['mutes'], changes: Pick<Changes, 'publish'>): Mutes {
  return {
    find: id => mutes.find(id),
    list: (...wanted) => mutes.list(...wanted),
    async add(...asked) {
      const mute = await mutes.add(...asked)
      changes.publish({ type: 'mute', id: mute.id })
      return mute
    },
    async end(...asked) {
      const mute = await mutes.end(...asked)
      changes.publish({ type: 'mute', id: mute.id })
      return mute
    },
  }
}
