// The stages, in the order of the path; each is a file and a line here.
import { assign } from './assign.ts'
import { commit } from './commit.ts'
import { decode } from './decode.ts'
import { infer } from './infer.ts'
import { notify } from './notify.ts'
import { queue } from './queue.ts'
import type { Stage } from './stage.ts'
import { trackRules } from './track-rules.ts'

export const STAGES: readonly Stage[] = [decode, infer, trackRules, commit, queue, assign, notify]
