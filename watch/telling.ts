// What the rules found, as main is told it: in which order, and with what.
import type { Frame } from '../core/frame.ts'
import type { Finding } from '../core/observation.ts'
import type { EpochMs } from '../core/time.ts'
import type { FrameTrace } from '../core/trace.ts'
import type { Observed } from '../detector/pipeline.ts'

type Said = Extract<Finding, { type: 'observation' }>

/** With the way of the frame that it was found in, where that is known. */
export function withTrace(finding: Said, trace: FrameTrace | undefined): Said {
  return trace ? { ...finding, observation: { ...finding.observation, trace } } : finding
}

/**
 * The way of a frame through the shard until now, when the rules have looked at it; undefined in a replay, whose clock is
 * the footage's.
 */
export function traceOf(frame: Frame, spentMs: Observed['spentMs'], now: EpochMs): FrameTrace | undefined {
  const { capturedAt, receivedAt, decodedAt, clock } = frame
  if (decodedAt === undefined) return undefined
  const startedAt = now - spentMs.ruled
  return {
    ...(clock === 'sender' && { capturedAt }),
    ...{ receivedAt, decodedAt },
    inferredAt: startedAt + spentMs.inferred,
    trackedAt: startedAt + spentMs.tracked,
    ruledAt: now,
  }
}

/**
 * Observations before pictures: encoding one costs as much as all the rest of the way to the job, and pictures find the
 * incident that is open by the time they arrive. Rules are stored after both, so that a death in between repeats both;
 * but where a breach is new, before both, with both (see RuleKeeper.foretell).
 */
export function urgentFirst(findings: readonly Finding[]): readonly Finding[] {
  const isUrgent = ({ type }: Finding) => type === 'observation'
  return [...findings.filter(isUrgent), ...findings.filter(finding => !isUrgent(finding))]
}
