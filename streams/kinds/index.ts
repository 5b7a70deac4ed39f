// The table of source kinds: a new one is a file beside this one and a line here.
import type { Camera } from '../../core/camera.ts'
import { type AnyKind, kindNamed, parseOptions } from '../../core/kind.ts'
import type { FrameSource, SourceDeps } from '../source.ts'
import { clips } from './clips.ts'
import { file } from './file.ts'
import { images } from './images.ts'
import { recorded } from './recorded.ts'
import { rtsp } from './rtsp.ts'

export const SOURCE_KINDS: readonly AnyKind<SourceDeps, FrameSource>[] = [rtsp, file, images, clips, recorded]

/**
 * Makes the source that a camera names; nothing is opened yet.
 * @throws JiemuError kind-unknown, options-invalid, source-refused
 */
export function createSource(camera: Pick<Camera, 'id' | 'source'>, deps: SourceDeps): FrameSource {
  const kind = kindNamed('source', SOURCE_KINDS, camera.source.kind)
  return kind.create(parseOptions(kind.options, `camera ${camera.id}: source`, camera.source), deps)
}
