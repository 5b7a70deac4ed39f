// Cameras that answer in the network: one is chosen, asked with its login where its streams are, and one of these taken.
import { SearchOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Input, Radio, Skeleton } from 'antd'
import { useState } from 'react'
import { Refused } from '../../../client/http.ts'
import { useTell } from '../../../shell/notices.ts'
import { problemText } from '../../../words/problems.ts'
import { useWords } from '../../../words/words.ts'
import { askProfiles, discoverCameras, type FoundCamera, type GivenSource } from '../devices-client.ts'
import { Labelled } from '../labelled.tsx'
import { WIZARD } from './words.ts'

type Login = NonNullable<GivenSource['login']>

interface DiscoveryProps {
  choose(stream: { readonly url: string; readonly login: Login | null }): void
}

export function Discovery({ choose }: DiscoveryProps) {
  const words = useWords(WIZARD)
  const tell = useTell()
  const search = useMutation({ mutationFn: discoverCameras, onError: tell })
  const [camera, setCamera] = useState<FoundCamera>()
  const found = search.data?.items
  return (
    <section className="discovery">
      <Button
        icon={<SearchOutlined />}
        loading={search.isPending}
        onClick={() => {
          setCamera(undefined)
          search.mutate()
        }}
      >
        {words.discover}
      </Button>
      <div aria-live="polite">
        {search.isPending && (
          <>
            <p className="quiet">{words.discovering}</p>
            <Skeleton active paragraph={{ rows: 2 }} title={false} />
          </>
        )}
        {found?.length === 0 && <Alert type="info" showIcon title={words.foundNone} />}
        {found && found.length > 0 && (
          <>
            <p>{words.found(found.length)}</p>
            <Radio.Group
              vertical
              value={camera?.address}
              onChange={event => setCamera(found.find(({ address }) => address === event.target.value))}
              options={found.map(({ address, host, name, model }) => ({
                value: address,
                label: `${name || words.unnamed}${model && ` · ${model}`} · ${host}`,
              }))}
            />
          </>
        )}
      </div>
      {camera && <Streams key={camera.address} camera={camera} choose={choose} />}
    </section>
  )
}

function Streams({ camera, choose }: { readonly camera: FoundCamera } & DiscoveryProps) {
  const words = useWords(WIZARD)
  const tell = useTell()
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const login = user ? { user, password } : null
  const ask = useMutation({
    mutationFn: () => askProfiles(camera.address, login),
    onError: error => (error instanceof Refused && error.problem.status !== 401 ? undefined : tell(error)),
  })
  const streams = ask.data?.items
  const problem = ask.error instanceof Refused ? ask.error.problem : undefined
  return (
    <form
      className="discovery-login"
      onSubmit={event => {
        event.preventDefault()
        ask.mutate()
      }}
    >
      <Labelled label={words.user}>
        {id => <Input id={id} value={user} autoComplete="off" onChange={event => setUser(event.target.value)} />}
      </Labelled>
      <Labelled label={words.password} help={words.loginHelp}>
        {id => (
          <Input.Password
            id={id}
            value={password}
            autoComplete="new-password"
            onChange={event => setPassword(event.target.value)}
          />
        )}
      </Labelled>
      <Button htmlType="submit" loading={ask.isPending}>
        {words.askStreams}
      </Button>
      {problem && (
        <Alert
          type="error"
          showIcon
          title={words.noStreamList}
          description={problemText({ ...problem, message: problem.detail })}
        />
      )}
      {streams?.length === 0 && <Alert type="warning" showIcon title={words.noStreams} />}
      {streams && streams.length > 0 && (
        <>
          <p>{words.streams}</p>
          <ul className="streams">
            {streams.map(({ url, name, codec, widthPx, heightPx }) => (
              <li key={url}>
                <Button onClick={() => choose({ url, login })}>
                  {name} {codec} {widthPx && heightPx ? `${widthPx}×${heightPx}` : ''}
                </Button>
                <span className="quiet">{url}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </form>
  )
}
