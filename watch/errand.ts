// The child's side of an errand: does the one thing that it was forked for.
import type { Errand, ErrandResults, ErrandType } from '../core/errand.ts'
import { discover, profilesOf } from '../streams/onvif.ts'
import { probe } from '../streams/probe.ts'
import { tryClip } from './try-clip.ts'
import { tryLog } from './try-log.ts'

/** @param onProgress told 0…1 by what takes long @throws JiemuError by what was asked */
export function doErrand(errand: Errand, onProgress: (done: number) => void): Promise<ErrandResults[ErrandType]> {
  switch (errand.type) {
    case 'probe':
      return probe(errand.source)
    case 'discover':
      return discover(errand.waitMs)
    case 'profiles':
      return profilesOf(errand.address, errand.login)
    case 'try-log':
      return tryLog(errand)
    case 'try-clip':
      return tryClip(errand, onProgress)
  }
}
