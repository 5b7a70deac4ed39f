// The F1 of the British Home Office's i-LIDS evaluations, which weighs recall by what the alarms are for.

/**
 * Recall biases: how much more a miss matters than a false alarm. In the *operational alert* role a person answers every
 * alarm at once, so that false ones cost more; in the *event recording* role somebody looks through what was recorded
 * later, and only what was missed is lost. The roles and the bias are i-LIDS's (HOSDB, "System Evaluation", 2008; The
 * i-LIDS User Guide, CAST 10/11); the guide sets a bias for each of its scenarios, and these two are taken for its parked
 * vehicles. No copy of the guide was at hand to check them against: compare versions with them, not products.
 */
export const I_LIDS_BIAS = { operationalAlert: 0.55, eventRecording: 60 } as const
export type ILidsRole = keyof typeof I_LIDS_BIAS

/**
 * (α + 1)·R·P ÷ (R + α·P), which is van Rijsbergen's F with β² = α: the plain F1 where α is 1, recall alone where it is
 * without end.
 * @returns null where either is unknown; 0 where both are 0
 */
export function weightedF(precision: number | null, recall: number | null, bias: number): number | null {
  if (precision === null || recall === null) return null
  const divisor = recall + bias * precision
  return divisor === 0 ? 0 : ((bias + 1) * recall * precision) / divisor
}
