// Live view for the API's own tests: one still, and nobody who looks.
import type { LiveViews } from '../../api/live-ports.ts'

export const fakeLive: LiveViews = {
  still: async () => ({ at: 7, jpeg: Buffer.from('still') }),
  watch: () => () => undefined,
  viewers: () => 0,
}
