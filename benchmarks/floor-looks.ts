// Where and when the product's networks look in the pictures of a camera, and nothing else: no view gate, no tracks, no rules.

import type { Camera } from '../core/camera.ts'
import type { Frame } from '../core/frame.ts'
import type { ZoneCost } from '../core/health.ts'
import { CONDITION_RULES } from '../core/observation.ts'
import { ConditionSampler } from '../detector/conditions/sampler.ts'
import { planCrops } from '../detector/inference/crops.ts'
import type { Detector } from '../detector/inference/detector.ts'
import { fitCrop, runsOf, SLACK_BYTES } from '../detector/inference/fit-crop.ts'
import { knownLabels, loadModel } from '../models/manifest.ts'
import { openSession } from '../models/session.ts'
import { createRules, scheduled } from '../watch/camera-rules.ts'
import type { Detectors } from '../watch/detectors.ts'

export interface FloorLooks {
  /** All looks of one key frame. */
  look(frame: Frame): Promise<void>
  /** How often conditions have been looked at, zone by zone. */
  costs(): readonly ZoneCost[]
}

/**
 * Crops, tiles and their schedule are the product's own (planCrops, ConditionSampler with what the rules wish for), on frames
 * that all count as clear: a view that is blind or drifts would cost the product fewer looks, or the same elsewhere.
 */
export function floorLooks(camera: Camera, detectors: Pick<Detectors, 'objects' | 'conditions'>): FloorLooks {
  const objectZones = camera.zones.filter(({ rule }) => !CONDITION_RULES.includes(rule))
  const sampler = new ConditionSampler(scheduled(camera, createRules(camera, detectors)), {
    detector: detectors.conditions,
    onFailure: (_zone, error) => {
      throw error
    },
  })
  return {
    async look(frame) {
      if (!frame.picture) return
      const due = sampler.due(frame.capturedAt)
      await detectors.objects.detect(frame, planCrops(objectZones, frame.picture))
      if (due.length === 0) return
      await detectors.objects.detect(frame, planCrops(due, frame.picture))
      await sampler.sample(frame, due)
    },
    costs: () => sampler.costs(),
  }
}

/**
 * A detector that scales and runs its network, and does not read what the network says.
 * @param batch one run for each crop, or one for all, as detectors.ts has it
 */
export async function bareDetector(network: string, batch: 'one' | 'crops'): Promise<Detector> {
  const session = await openSession(await loadModel(network))
  const { card } = session
  let input = new Uint8Array(session.widthPx * session.heightPx * 3 + SLACK_BYTES)
  return {
    model: { name: card.name, sha256: card.sha256 },
    classes: knownLabels(card),
    async detect({ picture }, plan, { merge = 'best' } = {}) {
      const options = { batch, joined: merge === 'best' }
      for (const { crops, size, sidePx } of picture ? runsOf(picture, plan, card.input, options) : []) {
        const pictureBytes = size.widthPx * size.heightPx * 3
        const bytes = crops.length * pictureBytes + SLACK_BYTES
        if (input.length < bytes) input = new Uint8Array(bytes)
        for (const [index, crop] of crops.entries()) {
          if (picture) fitCrop(picture, crop, card.input, input.subarray(index * pictureBytes), size, sidePx)
        }
        await session.run(input, crops.length, size)
      }
      return []
    },
    close: () => session.close(),
  }
}
