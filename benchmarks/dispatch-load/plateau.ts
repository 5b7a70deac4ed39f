// One plateau of load: incidents offered on schedule, whether or not the last is done, then drained and reckoned up.
//
// An open loop, timed from the scheduled instant: a generator that waits for answers, or that times from when it got round
// to sending, leaves out just the incidents that a stall made late (coordinated omission: Gil Tene, "How NOT to Measure
// Latency"; his wrk2 counts in the same way).
import { setTimeout as delay } from 'node:timers/promises'
import { cpuMs } from '../process-cost.ts'
import { monotonicMs } from './contract.ts'
import type { Desk } from './desk.ts'
import type { Receiver } from './receiver.ts'
import { NOTICES_PER_INCIDENT, type Offered, type Quantiles, quantiles, reckon, type Verdict } from './reckon.ts'
import { fingerprintOfPlanned, observationsOf, planIncidents } from './street.ts'

export interface PlateauOptions {
  readonly seed: number
  readonly ratePerS: number
  readonly durationMs: number
  readonly signal: AbortSignal
  /** Called every second or so. */
  readonly onProgress?: (notified: number, offered: number) => void
}

export interface Plateau {
  readonly ratePerS: number
  readonly seconds: number
  readonly verdict: Verdict
  /** Whether all work came to an end before it was reckoned up. */
  readonly settled: boolean
  /** Offered but not yet with a team, by the receiver, when the last was offered. */
  readonly backlog: number
  readonly offeredToCommitted: Quantiles
  readonly committedToAssigned: Quantiles
  readonly committedToNotified: Quantiles
  readonly offeredToNotified: Quantiles
  /** How late the generator itself was: part of all that is counted from the offer. */
  readonly generatorLate: Quantiles
  /** User and system time of the process under load, databases that are servers not included. */
  readonly cpuMsPerIncident: number
}

/** Longer than whatever the queue leaves lying takes to be handed over anew, and to fail once more. */
const STALLED_MS = 45_000
const LOOK_MS = 100
/** The first observation is sent a moment from now, so that the schedule is not late from the start. */
const HEAD_START_MS = 200

/** @throws the signal's reason when it comes; Error where the process under load ends */
export async function runPlateau(desk: Desk, receiver: Receiver, options: PlateauOptions): Promise<Plateau> {
  const { seed, ratePerS, durationMs, onProgress } = options
  const signal = AbortSignal.any([options.signal, desk.ended])
  desk.clear()
  receiver.clear()
  const startMs = monotonicMs() + HEAD_START_MS
  const startAt = Date.now() + HEAD_START_MS
  const incidents = planIncidents(seed, ratePerS, durationMs)
  const offered = incidents.map(
    (incident): Offered => ({
      fingerprint: fingerprintOfPlanned(incident),
      opensAt: Math.round(startAt + incident.opensMs),
      endsAt: Math.round(startAt + incident.endsMs),
      scheduledMs: startMs + incident.opensMs,
    }),
  )
  const cpuBeforeMs = cpuMs(desk.pid)
  const until = async (atMs: number) => {
    while (monotonicMs() < atMs) await delay(Math.min(1_000, atMs - monotonicMs()), undefined, { signal })
  }
  const progress = setInterval(() => onProgress?.(receiver.distinct('job.assigned'), offered.length), 1_000)
  try {
    const backlog = until(startMs + durationMs).then(() => offered.length - receiver.distinct('job.assigned'))
    backlog.catch(() => undefined)
    const lateMs: number[] = []
    for (const { dueMs, observation } of observationsOf(incidents, startAt)) {
      if (startMs + dueMs > monotonicMs()) await until(startMs + dueMs)
      lateMs.push(monotonicMs() - startMs - dueMs)
      desk.send(observation)
    }
    await drained(receiver, offered.length * NOTICES_PER_INCIDENT, signal)
    const { settled, records } = await desk.records(startAt, signal)
    const spentMs = cpuMs(desk.pid) - cpuBeforeMs
    const { verdict, latencies } = reckon(offered, records, receiver.receipts, desk.committed, desk.assigned)
    return {
      ratePerS,
      seconds: durationMs / 1_000,
      verdict,
      settled,
      backlog: await backlog,
      offeredToCommitted: quantiles(latencies.offeredToCommitted),
      committedToAssigned: quantiles(latencies.committedToAssigned),
      committedToNotified: quantiles(latencies.committedToNotified),
      offeredToNotified: quantiles(latencies.offeredToNotified),
      generatorLate: quantiles(lateMs),
      cpuMsPerIncident: Math.round((spentMs / offered.length) * 10) / 10,
    }
  } catch (thrown) {
    // What waits is told only that it was aborted; why is what the signal says.
    throw signal.aborted ? signal.reason : thrown
  } finally {
    clearInterval(progress)
  }
}

/** Waits until as many different notices arrived, or until nothing has for so long that nothing more will. */
async function drained(receiver: Receiver, expected: number, signal: AbortSignal): Promise<void> {
  let [seen, sinceMs] = [receiver.distinct(), monotonicMs()]
  while (seen < expected && monotonicMs() - sinceMs < STALLED_MS) {
    await delay(LOOK_MS, undefined, { signal })
    if (receiver.distinct() > seen) [seen, sinceMs] = [receiver.distinct(), monotonicMs()]
  }
}
