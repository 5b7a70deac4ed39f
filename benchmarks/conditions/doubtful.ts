// Cuttings whose truth a person doubts: a sequence whose truth is to be exact is not made of them.
//
// All 105 cuttings of bins of the reporting half were looked at on contact sheets, in mixed order, by somebody who saw
// neither the labels nor what any network says of them: ok, overflowing or cannot be told, and whether it is one whole bin.
// 100 agreed with the label. Those of the choosing half were not looked at.
// The 93 cuttings of litter, of both halves, were looked at in the same way: 80 were told as litter at sight.
import { basename } from 'node:path'
import type { Cutting } from './cuttings.ts'

interface Doubtful {
  /** The picture's name up to ".rf.". */
  readonly picture: string
  /** Left edge of the box, as a fraction of the picture, to three places. */
  readonly x1: number
  readonly why: string
}

const BINS: readonly Doubtful[] = [
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

const LITTER: readonly Doubtful[] = [
  { picture: '000197_jpg', x1: 0.422, why: 'blurred dark upright shape beside a bin edge' },
  { picture: '000345_jpg', x1: 0.118, why: 'blurred dark-blue thing, could be basket, shoe or bag' },
  { picture: '000458_jpg', x1: 0.006, why: 'very dark and blurred, nothing recognisable' },
  { picture: '000604_jpg', x1: 0.35, why: 'brooms and planks on a bare floor, tools rather than litter' },
  { picture: '000785_jpg', x1: 0.558, why: 'torn red fish-shaped kite or toy, strange at sight' },
  { picture: '000811_jpg', x1: 0.592, why: 'blurred black and white bundle' },
  {
    picture: '000839_jpg',
    x1: 0.127,
    why: 'red suitcase-like bag by a post; only a small white bag lies on the ground',
  },
  { picture: '000905_jpg', x1: 0.27, why: 'blurred red lump, could be a bag, cloth or cushion' },
  { picture: '001034_jpg', x1: 0.748, why: 'blurred beige thing, could be cloth, glove or bag' },
  { picture: '001343_jpg', x1: 0, why: 'narrow strip of yellow cloth or plastic, cropped' },
  { picture: '001821_jpg', x1: 0.011, why: 'pixelated, cropped patches of red and white' },
  { picture: '001933_jpg', x1: 0.063, why: 'pixelated pale patches in grass, could be flowers or stones' },
  { picture: '003133_jpg', x1: 0.486, why: 'large white wrapped bale or sack, could be goods' },
]

/** @returns whether nobody should be asked for what it shows */
export const isDoubtful = ({ file, label, box }: Cutting): boolean =>
  (label === 'litter' ? LITTER : BINS).some(
    ({ picture, x1 }) => basename(file).startsWith(`${picture}.rf.`) && Math.abs(box.x1 - x1) < 0.001,
  )
