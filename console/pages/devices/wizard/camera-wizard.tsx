// Adding a camera: found in the network or typed in, its login, a test with a picture and a diagnosis, and where it stands.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Steps } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { command } from '../../../client/http.ts'
import { queries } from '../../../client/queries.ts'
import { useTell } from '../../../shell/notices.ts'
import { useWords } from '../../../words/words.ts'
import { type SourceReport, testSource } from '../devices-client.ts'
import { Labelled } from '../labelled.tsx'
import { useUnsaved } from '../unsaved.tsx'
import { type Connection, ConnectionFields, ConnectionTest, isRtsp, NO_CONNECTION, sourceOf } from './connection.tsx'
import { Discovery } from './discovery.tsx'
import { isId, isPlaced, type Place, PlaceFields, placeBody } from './place.tsx'
import { WIZARD } from './words.ts'
import './wizard.css'

const STEPS = ['find', 'test', 'place'] as const
const NOWHERE: Place = { name: '', street: '', grid: '', lat: null, lon: null }

export function CameraWizard() {
  const words = useWords(WIZARD)
  const tell = useTell()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { message } = App.useApp()
  const { data } = useQuery(queries.cameras())
  const [step, setStep] = useState(0)
  const [connection, setConnection] = useState<Connection>(NO_CONNECTION)
  const [report, setReport] = useState<SourceReport>()
  const [busy, setBusy] = useState(false)
  const [place, setPlace] = useState<Place>(NOWHERE)
  const [id, setId] = useState('')
  const [saved, setSaved] = useState(false)
  const unsaved = useUnsaved(connection.url !== '' && !saved)
  const cameras = data?.items ?? []
  const isTaken = cameras.some(camera => camera.id === id)

  const connect = (next: Connection): void => {
    setConnection(next)
    setReport(undefined)
  }
  const test = async (): Promise<void> => {
    setBusy(true)
    setReport(undefined)
    try {
      setReport(await testSource(sourceOf(connection)))
    } catch (error) {
      tell(error)
    } finally {
      setBusy(false)
    }
  }
  const save = async (): Promise<void> => {
    setBusy(true)
    try {
      await command('/api/cameras', { id, ...placeBody(place), source: sourceOf(connection) })
      setSaved(true)
      message.success(words.saved(place.name))
      await client.invalidateQueries({ queryKey: ['cameras'] })
      navigate(`/devices/${id}/zones?zone=`)
    } catch (error) {
      tell(error)
    } finally {
      setBusy(false)
    }
  }
  const forward = (): void => {
    if (step === 1 && id === '') setId(nextId(cameras.map(camera => camera.id)))
    setStep(step + 1)
  }
  const ready = [isRtsp(connection.url), isRtsp(connection.url), isPlaced(place) && isId(id) && !isTaken][step]
  return (
    <div className="wizard">
      <header>
        <Link to="/devices">← {words.back}</Link>
        <h1>{words.title}</h1>
      </header>
      <Steps size="small" current={step} items={STEPS.map(name => ({ title: words.steps[name] }))} />
      <div className="wizard-body">
        {step === 0 && (
          <>
            <Discovery
              choose={({ url, login }) => {
                connect({ ...connection, url, user: login?.user ?? '', password: login?.password ?? '' })
                setStep(1)
              }}
            />
            <h2>{words.orType}</h2>
            <ConnectionFields value={connection} urlHelp={words.urlHelp} loginHelp={words.loginHelp} change={connect} />
          </>
        )}
        {step === 1 && (
          <>
            <ConnectionFields value={connection} urlHelp={words.urlHelp} loginHelp={words.loginHelp} change={connect} />
            <ConnectionTest report={report} testing={busy} disabled={!isRtsp(connection.url)} test={test} />
          </>
        )}
        {step === 2 && (
          <>
            <PlaceFields value={place} change={setPlace} />
            <Labelled
              label={words.id}
              help={isTaken ? words.takenId : id !== '' && !isId(id) ? words.badId : words.idHelp}
            >
              {field => <Input id={field} value={id} maxLength={63} onChange={event => setId(event.target.value)} />}
            </Labelled>
            {report?.problem !== null && <p className="quiet">{words.untested}</p>}
          </>
        )}
      </div>
      <footer className="view-answers">
        {step > 0 && <Button onClick={() => setStep(step - 1)}>{words.previous}</Button>}
        {step < STEPS.length - 1 ? (
          <Button type="primary" disabled={!ready} onClick={forward}>
            {words.next}
          </Button>
        ) : (
          <Button type="primary" disabled={!ready} loading={busy} onClick={save}>
            {words.save}
          </Button>
        )}
      </footer>
      {unsaved.dialog}
    </div>
  )
}

function nextId(taken: readonly string[]): string {
  for (let n = taken.length + 1; ; n++) {
    const id = `cam-${String(n).padStart(3, '0')}`
    if (!taken.includes(id)) return id
  }
}
