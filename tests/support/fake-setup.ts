// For the API's own tests: setting up cameras and zones, told rather than done.
import type { ApiDeps } from '../../api/build.ts'
import type { ClipTrial } from '../../api/setup-ports.ts'
import type { ZoneVersion } from '../../core/camera.ts'
import type { CameraId, PlaceId, ZoneId } from '../../core/ids.ts'
import type { SourceReport } from '../../core/source-report.ts'
import type { TrialResult } from '../../core/trial.ts'

export const sampleVersion: ZoneVersion = {
  id: 'bay' as ZoneId,
  name: 'Bay',
  cameraId: 'cam-tianshui' as CameraId,
  version: 2,
  rule: 'illegal-parking',
  polygon: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ],
  options: { grace: '5m' },
  placeId: 'cam-tianshui/bay' as PlaceId,
  position: null,
  createdAt: 1_000,
  createdBy: 'root',
  retiredAt: null,
}

const SIZE = { widthPx: 1_920, heightPx: 1_080 }
const sampleReport: SourceReport = {
  problem: null,
  notes: [],
  codec: 'h264',
  ...SIZE,
  fps: 25,
  keyframeIntervalMs: 2_000,
  pictureAfterMs: 400,
  jpeg: new TextEncoder().encode('picture'),
}
const sampleTrial: TrialResult = { from: 1, to: 2, looks: 2, blindMs: {}, fired: [], more: 0, limits: [] }
export const sampleClip: ClipTrial = {
  id: 'clip-00000000-0000-0000-0000-000000000000',
  state: 'running',
  progress: 0.5,
  startAt: 1,
  result: null,
  problem: null,
}

type Told = (name: string) => (...given: readonly unknown[]) => Promise<void>

export function fakeSetup(command: Told): Pick<ApiDeps, 'changes' | 'rules' | 'trials' | 'scenes'> {
  const telling = <T>(name: string, answer: T) => {
    const tell = command(name)
    return async (...given: readonly unknown[]): Promise<T> => {
      await tell(...given)
      return answer
    }
  }
  return {
    changes: {
      addCamera: telling('addCamera', undefined),
      changeCamera: telling('changeCamera', undefined),
      removeCamera: telling('removeCamera', undefined),
      source: async () => ({ kind: 'rtsp', address: 'rtsp://10.0.0.7/live', transport: 'tcp', hasLogin: true }),
      putZone: telling('putZone', sampleVersion),
      retireZone: telling('retireZone', sampleVersion),
      restoreZone: telling('restoreZone', sampleVersion),
      zoneVersions: async () => [sampleVersion],
    },
    trials: {
      test: telling('test', sampleReport),
      sourceWith: async (_, given) => ({ kind: 'rtsp', url: given?.url ?? 'rtsp://root:hunter2@10.0.0.7/live' }),
      discover: async () => [
        { address: 'http://10.0.0.7/onvif/device_service', host: '10.0.0.7', name: '', model: '' },
      ],
      profiles: telling('profiles', [{ url: 'rtsp://10.0.0.7/main', name: 'main', ...SIZE, codec: 'H264' }]),
      onLog: telling('onLog', sampleTrial),
      onClip: async (id, zone, clip, startAt) => {
        let bytes = 0
        for await (const chunk of clip) bytes += chunk.byteLength
        await command('onClip')(id, zone, bytes, startAt)
        return sampleClip
      },
      clip: (_, trial) => (trial === sampleClip.id ? sampleClip : undefined),
      cancelClip: () => undefined,
    },
    scenes: { newest: () => null },
    rules: [{ kind: 'crowding', summary: '人员聚集: many people', options: { type: 'object' } }],
  }
}
