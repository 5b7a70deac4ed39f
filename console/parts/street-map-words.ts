// The words of the map itself.
import { defineWords } from '../words/words.ts'

export const MAP_WORDS = defineWords({
  zh: { noWebGl: '这个浏览器画不了地图（没有 WebGL）。旁边的列表仍然完整。', pickMiddle: '标在中心' },
  en: {
    noWebGl: 'This browser cannot draw the map (it has no WebGL). The list beside it is complete.',
    pickMiddle: 'Mark the middle',
  },
})
