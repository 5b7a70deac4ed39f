// Listens to the program's live events as a console does, and notes when each job was first seen with its team.
import { setTimeout as delay } from 'node:timers/promises'
import type { Incident } from '../core/incident.ts'
import type { Job } from '../core/job.ts'

export interface SeenJob {
  /** The capture time of the frame that completed the rule of the job's first incident, on our clock. */
  readonly frameAt: number
  /** When the job had a team, by its own record. */
  readonly assignedAt: number
  /** When a listener was told so. */
  readonly toldAt: number
}

export interface JobWatch {
  /** Waits until so many jobs were seen with a team, or the time is over. */
  until(count: number, limitMs: number): Promise<void>
  /** Stops listening, and looks up the incidents of the jobs that were seen. */
  end(): Promise<readonly SeenJob[]>
}

const now = () => performance.timeOrigin + performance.now()

/** Resolves once the program has accepted the listener. */
export async function watchJobs(address: string): Promise<JobWatch> {
  const stop = new AbortController()
  const response = await fetch(`${address}/api/events`, { signal: stop.signal })
  const seen = new Map<string, { readonly job: Job; readonly toldAt: number }>()
  const listening = listen(response, data => {
    const toldAt = now()
    if (data.state === 'assigned' && !seen.has(data.id)) seen.set(data.id, { job: data, toldAt })
  }).catch(() => undefined)
  return {
    async until(count, limitMs) {
      const giveUpAt = now() + limitMs
      while (seen.size < count && now() < giveUpAt) await delay(200)
    },
    async end() {
      stop.abort()
      await listening
      const jobs = await Promise.all(
        [...seen].map(async ([id, { toldAt }]) => ({ toldAt, ...(await detail(address, id)) })),
      )
      return jobs.flatMap(({ job, incidents: [first], toldAt }) =>
        first && job.assignedAt !== null ? [{ frameAt: first.openedAt, assignedAt: job.assignedAt, toldAt }] : [],
      )
    },
  }
}

async function detail(address: string, id: string): Promise<{ job: Job; incidents: Incident[] }> {
  return (await (await fetch(`${address}/api/jobs/${id}`)).json()) as { job: Job; incidents: Incident[] }
}

/** Server-sent events, of which each is three lines: `event: job`, `id: …`, `data: {…}`. */
async function listen(response: Response, onJob: (job: Job) => void): Promise<void> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    const messages = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = messages.pop() ?? ''
    for (const message of messages) {
      const data = /^event: job\n.*\ndata: (.*)$/m.exec(message)?.[1]
      if (data) onJob(JSON.parse(data) as Job)
    }
  }
}
