// For the API's own tests: setting up cameras and zones, told rather than done.
import type { ApiDeps } from '../../api/build.ts'
import type { ZoneVersion } from '../../core/camera.ts'
import type { CameraId, PlaceId, ZoneId } from '../../core/ids.ts'

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

type Told = (name: string) => (...given: readonly unknown[]) => Promise<void>

export function fakeSetup(command: Told): Pick<ApiDeps, 'changes' | 'rules'> {
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
    rules: [{ kind: 'crowding', summary: '人员聚集: many people', options: { type: 'object' } }],
  }
}
