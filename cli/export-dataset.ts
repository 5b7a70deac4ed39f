// `jiemu export-dataset`: judged alerts with their pictures as COCO, blurred unless somebody says why not.
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, resolve } from 'node:path'
import { JiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import type { RuleKind } from '../core/observation.ts'
import { dayOf, periodOf } from '../core/periods.ts'
import { systemClock } from '../core/time.ts'
import type { JudgedPicture } from '../store/feedback/judged-pictures.ts'
import type { Store } from '../store/open.ts'
import type { ConfigOptions } from './check.ts'
import { CountBar } from './count-bar.ts'
import type { Split } from './dataset/parts.ts'
import { type DataSetSettings, writeDataSet } from './dataset/write-dataset.ts'
import { withStore } from './with-store.ts'

export interface ExportOptions extends ConfigOptions {
  readonly from?: string
  readonly to?: string
  readonly kind?: RuleKind
  readonly camera?: string
  readonly split: Split
  readonly testShare: number
  /** Commander's way of saying `--no-blur`. */
  readonly blur: boolean
  readonly reason?: string
}

/** Before the first camera of this kind. */
const FIRST_DAY = '2020-01-01'
const DAY_MS = 86_400_000

/** @throws JiemuError request-invalid, data-set-exists, data-set-begun-otherwise, file-unwritable */
export async function exportDataSet(out: string, options: ExportOptions): Promise<void> {
  const reason = options.reason?.trim() ?? ''
  if (!options.blur && reason === '') {
    throw new JiemuError('request-invalid', { problem: '--no-blur needs --reason: it is registered by name' })
  }
  const folder = resolve(out)
  const query = queryOf(options)
  const settings: DataSetSettings = {
    blur: options.blur,
    reason: options.blur ? null : reason,
    split: options.split,
    testShare: options.testShare,
    wanted: [`${options.from ?? 'the first'} to ${options.to ?? 'the last'}`, options.kind, options.camera]
      .filter(part => part !== undefined)
      .join(', '),
  }
  const counts = await withStore(options, async store => {
    let total = 0
    for await (const _ of store.verdicts.pictures(query)) total++
    const bar = new CountBar('pictures')
    try {
      return await writeDataSet(folder, settings, {
        pictures: () => store.verdicts.pictures(query),
        jpegOf: picture => (options.blur ? blurred(store, picture) : original(store, picture)),
        register: picture => register(store, picture, `${basename(folder)}${reason && `, not blurred: ${reason}`}`),
        onPicture: done => bar.show(done, total),
      })
    } finally {
      bar.stop()
    }
  })
  const { train, test, unseen, altered } = counts
  console.log(`${folder}: ${train} pictures in train, ${test} in test${options.blur ? ', blurred' : ', NOT BLURRED'}`)
  if (unseen > 0) console.log(`${unseen} left out: nobody knows who is in them`)
  if (altered > 0) console.error(`WRONG: ${altered} left out whose files are not what was kept`)
  if (train === 0 || test === 0) console.log(`one part is empty: there are too few groups to split by ${options.split}`)
}

/** All time is longer than a report may be about; a data set may. */
function queryOf({ from, to, kind, camera }: ExportOptions) {
  const first = from ?? FIRST_DAY
  const last = to ?? dayOf(systemClock.now() + DAY_MS)
  for (const day of [first, last]) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) {
      throw new JiemuError('request-invalid', { problem: `"${day}" is no day: expected YYYY-MM-DD` })
    }
  }
  return {
    from: periodOf(first, first).from,
    to: periodOf(last, last).to,
    ...(kind && { kind }),
    ...(camera && { cameraId: camera as CameraId }),
  }
}

async function blurred(store: Store, { id }: JudgedPicture): Promise<Uint8Array> {
  const found = await store.blurred.open(id)
  if (!found) throw new JiemuError('evidence-altered', { id, problem: 'it was deleted meanwhile' })
  return found.jpeg
}

async function original(store: Store, { id }: JudgedPicture): Promise<Uint8Array> {
  const found = await store.evidence.open(id)
  if (!found) throw new JiemuError('evidence-altered', { id, problem: 'it was deleted meanwhile' })
  return readFile(found.path)
}

function register(store: Store, { id, incidentId, streetId }: JudgedPicture, subject: string): Promise<unknown> {
  return store.register.record({
    who: `cli:${userInfo().username}`,
    role: null,
    purpose: 'dataset',
    evidenceId: id,
    incidentId,
    jobId: null,
    streetId,
    address: null,
    subject,
  })
}
