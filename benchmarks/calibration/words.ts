// Words that the report and the command line share.
import type { Split } from './calibrate.ts'
import type { Objective } from './sweep.ts'

type Both = readonly [chinese: string, english: string]

/** What to know before believing the figures. */
export const SPLIT_TEXTS: Readonly<Record<Split, Both | null>> = {
  halves: null,
  choose: [
    '只看了选择半：阈值和结果出自同样的图片，结果偏好。',
    'Only the choosing half: thresholds and figures come from the same pictures, which flatters.',
  ],
  report: [
    '没有选择阈值：这是卡片现有阈值在报告半上的结果。',
    'Nothing was chosen: these are the card’s thresholds on the reporting half.',
  ],
  all: [
    '选择和报告用了同样的全部图片，结果偏好。',
    'Chosen and reported on the same pictures, all of them, which flatters.',
  ],
}

export function objectiveText(objective: Objective): Both {
  if (objective.kind === 'f1') return ['F1 最高；并列取中间', 'the best F1; of equals the middle']
  return [`查准率 ≥ ${objective.least} 时查全率最高`, `the best recall with a precision of ${objective.least} or more`]
}
