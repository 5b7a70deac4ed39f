// What the rules found, as main is told it: in which order, and with what.
import type { Finding } from '../core/observation.ts'
import type { FrameTrace } from '../core/trace.ts'

type Said = Extract<Finding, { type: 'observation' }>

/** With the way of the frame that it was found in, where that is known. */
export function withTrace(finding: Said, trace: FrameTrace | undefined): Said {
  return trace ? { ...finding, observation: { ...finding.observation, trace } } : finding
}

/**
 * Observations before pictures: encoding one costs as much as all the rest of the way to the job, and pictures find the
 * incident that is open by the time they arrive. Rules are stored after both, so that a death in between repeats both.
 */
export function urgentFirst(findings: readonly Finding[]): readonly Finding[] {
  const isUrgent = ({ type }: Finding) => type === 'observation'
  return [...findings.filter(isUrgent), ...findings.filter(finding => !isUrgent(finding))]
}
