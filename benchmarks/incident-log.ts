// The log of a replay: incidents and jobs with all that happened to them, the same bytes for the same input.
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { toJiemuError } from '../core/errors.ts'
import type { StreetReplay } from './replay.ts'

/**
 * One street's part of the log as JSON lines: its cameras, its incidents, its jobs, each with its events in their order.
 * It has every stored field, since all ids derive from content. What the machine adds is left out: CPU time and the
 * folder in which the footage lies. So are pictures, whose bytes are the encoder's.
 */
export function incidentLog(street: Omit<StreetReplay, 'cpuMs'>): readonly string[] {
  const { cameras, incidents, incidentEvents, jobs, jobEvents } = street
  return [
    ...cameras.map(({ camera, scenes }) =>
      line('camera', {
        id: camera.id,
        pictures: scenes.length,
        firstAt: scenes.at(0)?.at ?? null,
        lastAt: scenes.at(-1)?.at ?? null,
      }),
    ),
    ...incidents.map(incident => {
      const events = incidentEvents.filter(({ incidentId }) => incidentId === incident.id)
      return line('incident', { ...incident, events: events.map(({ incidentId, ...event }) => event) })
    }),
    ...jobs.map(job => {
      const events = jobEvents.filter(({ jobId }) => jobId === job.id)
      return line('job', { ...job, events: events.map(({ jobId, ...event }) => event) })
    }),
  ]
}

/** The order of a record's fields is that of its database: sorted, it is nobody's. */
function line(type: string, record: object): string {
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value
  return `{"type":"${type}",${JSON.stringify(record, sorted).slice(1)}`
}

export interface LogFile {
  add(lines: readonly string[]): Promise<void>
  /** Says in the first line that this is all. */
  complete(): Promise<void>
}

/**
 * Begins a log file whose first line says that it is not complete. Only `complete` changes that, by putting a whole new
 * file in its place: a run that is killed leaves no log that looks whole.
 * @throws JiemuError file-unwritable, as do both methods
 */
export async function openLogFile(file: string, cameras: readonly string[]): Promise<LogFile> {
  const header = (complete: boolean) => JSON.stringify({ type: 'replay', version: 1, complete, cameras })
  const text = (lines: readonly string[]) => lines.map(each => `${each}\n`).join('')
  const written = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      error => {
        throw toJiemuError(error, 'file-unwritable', { file })
      },
    )
  const lines: string[] = []
  await written(mkdir(dirname(file), { recursive: true }))
  await written(writeFile(file, text([header(false)])))
  return {
    add(more) {
      lines.push(...more)
      return written(appendFile(file, text(more)))
    },
    complete: () =>
      written(writeFile(`${file}.part`, text([header(true), ...lines])).then(() => rename(`${file}.part`, file))),
  }
}
