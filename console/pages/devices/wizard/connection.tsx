// Address, login and test of a camera's stream, shared by adding one and by changing one.
import { Alert, Button, Input, Select, Skeleton } from 'antd'
import { problemText } from '../../../words/problems.ts'
import { useWords } from '../../../words/words.ts'
import type { GivenSource, SourceReport } from '../devices-client.ts'
import { useJpeg } from '../jpeg.ts'
import { Labelled } from '../labelled.tsx'
import { WIZARD } from './words.ts'

export interface Connection {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly transport: 'tcp' | 'udp'
}

export const NO_CONNECTION: Connection = { url: '', user: '', password: '', transport: 'tcp' }

/** @param stored a login that is kept where none is typed */
export function sourceOf({ url, user, password, transport }: Connection, stored = false): GivenSource {
  const login = user ? { login: { user, password } } : stored ? {} : { login: null }
  return { url: url.trim(), transport, ...(hasLogin(url) && !user ? {} : login) }
}

const hasLogin = (url: string): boolean => /^rtsps?:\/\/\S*@/i.test(url.trim())
export const isRtsp = (url: string): boolean => /^rtsps?:\/\/[^\s/]+/i.test(url.trim())

interface FieldsProps {
  readonly value: Connection
  readonly urlLabel?: string
  readonly urlHelp: string
  readonly loginHelp: string
  change(value: Connection): void
}

export function ConnectionFields({ value, urlLabel, urlHelp, loginHelp, change }: FieldsProps) {
  const words = useWords(WIZARD)
  const bad = value.url !== '' && !isRtsp(value.url)
  return (
    <>
      <Labelled label={urlLabel ?? words.url} help={urlHelp}>
        {id => (
          <Input
            id={id}
            value={value.url}
            autoComplete="off"
            spellCheck={false}
            status={bad ? 'error' : ''}
            onChange={event => change({ ...value, url: event.target.value })}
          />
        )}
      </Labelled>
      {bad && <p className="option-wrong">{words.badUrl}</p>}
      <Labelled label={words.user}>
        {id => (
          <Input
            id={id}
            value={value.user}
            autoComplete="off"
            onChange={event => change({ ...value, user: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled label={words.password} help={loginHelp}>
        {id => (
          <Input.Password
            id={id}
            value={value.password}
            autoComplete="new-password"
            onChange={event => change({ ...value, password: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled label={words.transport}>
        {id => (
          <Select
            id={id}
            value={value.transport}
            options={[
              { value: 'tcp', label: words.tcp },
              { value: 'udp', label: words.udp },
            ]}
            onChange={transport => change({ ...value, transport })}
          />
        )}
      </Labelled>
    </>
  )
}

interface TestProps {
  readonly report: SourceReport | undefined
  readonly testing: boolean
  readonly disabled: boolean
  test(): void
}

export function ConnectionTest({ report, testing, disabled, test }: TestProps) {
  const words = useWords(WIZARD)
  const picture = useJpeg(report?.jpeg)
  const facts = report && [
    report.codec && report.widthPx && words.facts(report.codec, report.widthPx, report.heightPx ?? 0),
    report.fps && words.fps(report.fps),
    report.keyframeIntervalMs && words.keyframes((report.keyframeIntervalMs / 1_000).toFixed(1)),
    report.pictureAfterMs && words.after((report.pictureAfterMs / 1_000).toFixed(1)),
  ]
  const problem = report?.problem
  return (
    <section className="connection-test">
      <Button
        type={report?.problem === null ? 'default' : 'primary'}
        loading={testing}
        disabled={disabled}
        onClick={test}
      >
        {words.test}
      </Button>
      <div aria-live="polite">
        {testing && (
          <>
            <p className="quiet">{words.testing}</p>
            <Skeleton.Node active style={{ width: '100%', height: 220 }} />
          </>
        )}
        {!testing && problem && <Alert type="error" showIcon title={words.fails} description={problemText(problem)} />}
        {!testing && report && !problem && (
          <>
            <Alert type="success" showIcon title={words.works} description={facts?.filter(Boolean).join(' · ')} />
            {picture && <img src={picture} alt={words.picture} />}
            {report.notes.map(note => (
              <Alert key={note} type="warning" showIcon title={words.notes[note]} />
            ))}
          </>
        )}
      </div>
    </section>
  )
}
