// Where the measured cameras' pictures come from: a real RTSP server, or recorded packets that each shard reads at their own pace.
import type { Scope } from '../../core/scope.ts'
import { longClip, staggeredFiles } from '../long-clip.ts'
import { CLIP, type Clip } from '../make-1080p.ts'
import type { Source } from '../measured-camera.ts'
import { serveRtsp } from '../serve-rtsp.ts'

/** `file` spares the cores what serving RTSP costs, and the product what reading it costs: a smaller run over RTSP shows that. */
export const FEEDS = ['rtsp', 'file'] as const
export type FeedKind = (typeof FEEDS)[number]

export interface Feed {
  /** One for each camera. */
  readonly sources: readonly Source[]
  /** Of each camera's first group of pictures; the others have CLIP.gopFrames. */
  readonly firstGroupFrames: readonly number[]
  /** Of the server, so that its cost can be told apart. */
  readonly pid: number | undefined
}

export interface Feeding {
  /** Whether it is of cameras' second streams. */
  readonly small: boolean
  /** The recording that the RTSP server and the floor read. */
  readonly recording: string
  /** What else is read. */
  readonly footage: readonly string[]
  /** Key frames of the cameras are spread over a group of pictures: evenly over RTSP, by chance where a file begins when it is opened. */
  open(scope: Scope, cameras: number): Promise<Feed>
}

/**
 * Makes the recordings of the clip, where they are not there yet.
 * @param minutes how long they are at least
 */
export async function prepareFeed(
  kind: FeedKind,
  { clip, minutes, small = false }: { readonly clip: Clip; readonly minutes: number; readonly small?: boolean },
): Promise<Feeding> {
  const { path: recording } = await longClip(minutes, clip)
  if (kind === 'rtsp') {
    return {
      small,
      recording,
      footage: [recording],
      async open(scope, cameras) {
        const { urls, pid } = await serveRtsp(scope, recording, cameras, true)
        return { sources: urls, firstGroupFrames: urls.map(() => CLIP.gopFrames), pid }
      },
    }
  }
  const files = await staggeredFiles(minutes, clip)
  return {
    small,
    recording,
    footage: [recording, ...files.map(({ path }) => path)],
    async open(_scope, cameras) {
      const those = Array.from(
        { length: cameras },
        (_, index) => files[index % files.length] ?? { path: '', firstGroupFrames: 0 },
      )
      return {
        sources: those.map(({ path }) => ({ kind: 'file', path, startAt: 'now', loop: true })),
        firstGroupFrames: those.map(({ firstGroupFrames }) => firstGroupFrames),
        pid: undefined,
      }
    },
  }
}
