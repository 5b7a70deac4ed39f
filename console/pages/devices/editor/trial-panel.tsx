// Trying a zone before it is saved: on the last hour of the log, or on a clip that is uploaded for it.
import { UploadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, DatePicker, Progress, Skeleton } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { CLIP_LIMIT_MB } from '../../../../core/clip.ts'
import type { ErrorCode } from '../../../../core/errors.ts'
import { Refused } from '../../../client/http.ts'
import { fromStreet, toStreet } from '../../../parts/street-time.ts'
import { useTell } from '../../../shell/notices.ts'
import { amountOf, countdownOf, durationOf, listOf, timeOf } from '../../../words/format.ts'
import { useWords } from '../../../words/words.ts'
import {
  type ClipTrial,
  cancelClip,
  clipTrial,
  type TrialResult,
  type TrialZone,
  tryZone,
  uploadClip,
} from '../devices-client.ts'
import { useJpeg } from '../jpeg.ts'
import { Labelled } from '../labelled.tsx'
import { TRIAL } from './trial-words.ts'

interface TrialProps {
  readonly camera: string
  readonly zone: TrialZone
  /** Why it cannot be tried as it is; null where it can. */
  readonly flaw: string | null
}

export function TrialPanel({ camera, zone, flaw }: TrialProps) {
  const words = useWords(TRIAL)
  const tell = useTell()
  const [result, setResult] = useState<{ readonly of: string; readonly result: TrialResult }>()
  const [busy, setBusy] = useState(false)
  const asked = JSON.stringify(zone)
  const run = async (): Promise<void> => {
    setBusy(true)
    try {
      setResult({ of: asked, result: await tryZone(camera, zone) })
    } catch (error) {
      tell(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="trial">
      <p className="quiet">{words.intro}</p>
      <Button type="primary" disabled={flaw !== null} loading={busy} onClick={run} data-testid="try">
        {words.lastHour}
      </Button>
      {flaw && <p className="quiet">{flaw}</p>}
      <div aria-live="polite">
        {busy && <Skeleton active paragraph={{ rows: 3 }} />}
        {!busy && result?.of === asked && <Result result={result.result} clock={timeOf} never={words.never} />}
      </div>
      <ClipTrialPanel camera={camera} zone={zone} flaw={flaw} />
    </div>
  )
}

interface ResultProps {
  readonly result: TrialResult
  readonly never: string
  clock(at: number): string
}

function Result({ result, never, clock }: ResultProps) {
  const words = useWords(TRIAL)
  const { fired, more, limits, from, to, looks } = result
  const times = listOf(fired.map(({ openedAt }) => clock(openedAt)))
  return (
    <section className="trial-result" data-testid="trial-result">
      <h3>{fired.length > 0 ? words.fired(fired.length + more, times) : never}</h3>
      {limits.map(limit => (
        <Alert key={limit.code} type="warning" showIcon title={limitOf(limit, words)} />
      ))}
      <ul className="trial-times">
        {fired.map(one => (
          <Fired key={one.openedAt} fired={one} clock={clock} />
        ))}
      </ul>
      {more > 0 && <p className="quiet">{words.more(more)}</p>}
      {from !== null && to !== null && <p className="quiet">{words.looks(looks, clock(from), clock(to))}</p>}
    </section>
  )
}

function limitOf(limit: TrialResult['limits'][number], words: (typeof TRIAL)['zh']): string {
  if (limit.code === 'partly-covered') return words.partlyCovered(Math.round(limit.share * 100))
  if (limit.code === 'blind') return words.blind(durationOf(limit.blindMs))
  return words.limits[limit.code]
}

function Fired({ fired, clock }: { readonly fired: TrialResult['fired'][number]; clock(at: number): string }) {
  const words = useWords(TRIAL)
  const picture = useJpeg(fired.jpeg)
  const { openedAt, clearedAt, measure, severity } = fired
  return (
    <li>
      {picture ? (
        <img
          src={picture}
          alt={words.pictureAt(clock(fired.at ?? openedAt))}
          title={words.pictureAt(clock(fired.at ?? openedAt))}
        />
      ) : (
        <span className="no-picture" />
      )}
      <span>
        <b>{clock(openedAt)}</b>
        {clearedAt !== null && ` – ${clock(clearedAt)}`}
        <br />
        <span className={`five-${severity}`} aria-hidden="true" />{' '}
        {amountOf(measure.value, measure.unit, measure.limit)}
      </span>
    </li>
  )
}

/** Eight o'clock of the street, today or yesterday: when rules that hold by day do. */
function lastMorning(): number {
  const now = Date.now()
  const morning = fromStreet(toStreet(now).hour(8).startOf('hour'))
  return morning <= now ? morning : morning - 86_400_000
}

function ClipTrialPanel({ camera, zone, flaw }: TrialProps) {
  const words = useWords(TRIAL)
  const tell = useTell()
  const input = useRef<HTMLInputElement>(null)
  const [upload, setUpload] = useState<AbortController>()
  const [tooLarge, setTooLarge] = useState<number>()
  const [trial, setTrial] = useState<ClipTrial>()
  const [startAt, setStartAt] = useState(lastMorning)
  const [refused, setRefused] = useState<Pick<NonNullable<ClipTrial['problem']>, 'code' | 'message' | 'hint'>>()
  const { data } = useQuery({
    queryKey: ['clip-trial', camera, trial?.id],
    queryFn: ({ signal }) => clipTrial(camera, trial?.id ?? '', signal),
    enabled: trial !== undefined,
    refetchInterval: query => (query.state.data && query.state.data.state !== 'running' ? false : 1_000),
    staleTime: 0,
  })
  const now = data ?? trial
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever leaves the page uploads no more
  useEffect(() => () => upload?.abort(), [])

  const send = async (file: File | undefined): Promise<void> => {
    if (!file) return
    const mb = Math.ceil(file.size / 1e6)
    setTooLarge(mb > CLIP_LIMIT_MB ? mb : undefined)
    setRefused(undefined)
    setTrial(undefined)
    if (mb > CLIP_LIMIT_MB) return
    const abort = new AbortController()
    setUpload(abort)
    try {
      setTrial(await uploadClip(camera, zone, { file, startAt }, abort.signal))
    } catch (error) {
      if (abort.signal.aborted) return
      if (!(error instanceof Refused) || error.problem.status === 401) return tell(error)
      const { code, detail, hint } = error.problem
      setRefused({ code, message: detail, hint })
    } finally {
      setUpload(undefined)
    }
  }
  const stop = (): void => {
    upload?.abort()
    if (now) void cancelClip(camera, now.id).catch(tell)
  }
  const problem = refused ?? now?.problem
  const running = upload !== undefined || now?.state === 'running'
  const clock = (at: number) => words.seconds(countdownOf(at - (now?.startAt ?? 0)), timeOf(at))
  return (
    <section className="trial-clip">
      <h3>{words.clip}</h3>
      <p className="quiet">{words.clipHelp}</p>
      <Labelled label={words.startAt} help={words.startAtHelp}>
        {id => (
          <DatePicker
            id={id}
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            allowClear={false}
            disabled={running}
            value={toStreet(startAt)}
            onChange={shown => shown && setStartAt(fromStreet(shown))}
          />
        )}
      </Labelled>
      <input
        ref={input}
        type="file"
        accept="video/mp4,.mp4"
        hidden
        aria-label={words.clip}
        onChange={event => {
          void send(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      {running ? (
        <>
          <Progress
            percent={upload ? 0 : Math.round((now?.progress ?? 0) * 100)}
            status="active"
            aria-label={words.clip}
            format={percent => (upload ? words.uploading : words.running(percent ?? 0))}
          />
          <Button onClick={stop}>{words.cancel}</Button>
        </>
      ) : (
        <Button icon={<UploadOutlined />} disabled={flaw !== null} onClick={() => input.current?.click()}>
          {words.clip}
        </Button>
      )}
      {tooLarge !== undefined && <Alert type="error" showIcon title={words.tooLarge(tooLarge)} />}
      {now?.state === 'cancelled' && <p className="quiet">{words.cancelled}</p>}
      {problem && (
        <Alert
          type="error"
          showIcon
          title={words.failed}
          description={words.problems[problem.code as ErrorCode] ?? `${problem.message} ${problem.hint}`}
        />
      )}
      {now?.result && <Result result={now.result} clock={clock} never={words.neverInClip} />}
    </section>
  )
}
