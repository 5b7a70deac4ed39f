// What lies beside a data set for whoever opens it: what it is, how it was made, and what may be done with it.
import type { DataSetSettings } from './write-dataset.ts'

export interface Counts {
  /** Pictures. */
  readonly train: number
  readonly test: number
  /** Incidents. */
  readonly confirmed: number
  readonly rejected: number
  readonly streets: number
  readonly cameras: number
  /** Left out: nobody knows who is in them. */
  readonly unseen: number
  /** Left out: their files are not what was kept. */
  readonly altered: number
}

export function readMe({ blur, reason, split, testShare, wanted }: DataSetSettings, counts: Counts): string {
  return `${[
    'Alerts that operators confirmed or rejected, with their pictures, as COCO.',
    '',
    `asked for   ${wanted}`,
    `pictures    ${counts.train} in train, ${counts.test} in test; of ${counts.cameras} cameras in ${counts.streets} streets`,
    `incidents   ${counts.confirmed} confirmed, ${counts.rejected} rejected`,
    `left out    ${counts.unseen} in which nobody looked for people and vehicles, ${counts.altered} whose files had changed`,
    `parts       by ${split}: everything of one ${split} is in one part (about ${testShare} of them in test), in every export`,
    '',
    'train/annotations.json and test/annotations.json: images, annotations and categories as COCO has them.',
    'The attributes of an image say which alert it belongs to, whether the operator confirmed or rejected it and why,',
    'and what became of the job. Annotations with source "detector" were made by the network, not by a person; those',
    'with source "alert" are what the alert was about. SHA256SUMS names every file.',
    '',
    ...(blur
      ? [
          'The top 30 % of every person and the lower half of every vehicle that the network found are pixelated. It does',
          'not find everybody: how many it misses is measured in benchmarks/results/blur.json of the program. Treat the',
          'pictures as personal information all the same.',
        ]
      : ['THE PICTURES ARE NOT BLURRED. They show faces and number plates. The reason that was given:', `  ${reason}`]),
    '',
    'These pictures were taken in public places for public security (PIPL, article 26; 公共安全视频图像信息系统管理条例).',
    'This export gives no licence: use them for what they were exported for, do not publish them, register further',
    'copies, and delete them when that is done.',
  ].join('\n')}\n`
}
