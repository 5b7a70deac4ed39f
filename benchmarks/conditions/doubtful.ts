// Cuttings whose truth a person doubts: a sequence whose truth is to be exact is not made of them.
//
// All 105 cuttings of bins of the reporting half were looked at on contact sheets, in mixed order, by somebody who saw
// neither the labels nor what any network says of them: ok, overflowing or cannot be told, and whether it is one whole bin.
// 100 agreed with the label. Those of the choosing half were not looked at.

export interface Doubtful {
  /** The picture's name up to ".rf.". */
  readonly picture: string
  /** Left edge of the box, as a fraction of the picture, to three places. */
  readonly x1: number
  readonly why: string
}

export const DOUBTFUL: readonly Doubtful[] = [
  { picture: '000604_jpg', x1: 0.298, why: 'cut, or mostly behind another thing' },
  { picture: '001020_jpg', x1: 0.52, why: 'cannot be told' },
  { picture: '001300_jpg', x1: 0.374, why: 'cut, or mostly behind another thing' },
  { picture: '001423_jpg', x1: 0.296, why: 'cut, or mostly behind another thing' },
  { picture: '002242_jpg', x1: 0.248, why: 'cut, or mostly behind another thing' },
  { picture: '002793_jpg', x1: 0.244, why: 'labelled as overflowing, looks closed' },
  { picture: '003156_jpg', x1: 0.214, why: 'labelled as overflowing, looks closed' },
  { picture: '003164_jpg', x1: 0.47, why: 'cannot be told' },
  { picture: '003165_jpg', x1: 0.466, why: 'cannot be told' },
]
