// Changing a camera: its name and place, and its address with or without another login.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { command, segment } from '../../../client/http.ts'
import type { Camera } from '../../../client/records.ts'
import { useTell } from '../../../shell/notices.ts'
import { useWords } from '../../../words/words.ts'
import { deviceQueries, type SourceReport, testCamera } from '../devices-client.ts'
import { useUnsaved } from '../unsaved.tsx'
import { type Connection, ConnectionFields, ConnectionTest, isRtsp, NO_CONNECTION, sourceOf } from './connection.tsx'
import { isPlaced, type Place, PlaceFields, placeBody } from './place.tsx'
import { WIZARD } from './words.ts'
import './wizard.css'

export function CameraForm({ camera }: { readonly camera: Camera }) {
  const words = useWords(WIZARD)
  const tell = useTell()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { message } = App.useApp()
  const { id, streetId, gridId, position } = camera
  const before: Place = {
    name: camera.name,
    street: streetId,
    grid: gridId,
    lat: position?.lat ?? null,
    lon: position?.lon ?? null,
  }
  const [place, setPlace] = useState<Place>(before)
  const [connection, setConnection] = useState<Connection>(NO_CONNECTION)
  const [report, setReport] = useState<SourceReport>()
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState(false)
  const { data: source } = useQuery(deviceQueries.source(id))
  const isNetwork = source?.kind === 'rtsp'
  /** Another login at the address that is stored; one with a hidden query must be typed again. */
  const address = source?.address?.includes('***') ? '' : (source?.address ?? '')
  const url = connection.url.trim() || (connection.user === '' ? '' : address)
  const isMoved = connection.url.trim() !== '' || connection.user !== ''
  const isChanged = isMoved || JSON.stringify(place) !== JSON.stringify(before)
  const unsaved = useUnsaved(isChanged && !saved)
  const given = isMoved ? sourceOf({ ...connection, url }, source?.hasLogin) : undefined

  const during = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    try {
      await work()
    } catch (error) {
      tell(error)
    } finally {
      setBusy(false)
    }
  }
  const test = () => during(async () => setReport(await testCamera(id, given)))
  const save = () =>
    during(async () => {
      const body = { ...placeBody(place), ...(given && { source: given }), version: camera.version }
      await command(`/api/cameras/${segment(id)}`, body, { method: 'PATCH' })
      setSaved(true)
      message.success(words.changed(place.name))
      await Promise.all([['cameras'], ['source', id]].map(queryKey => client.invalidateQueries({ queryKey })))
      navigate(`/devices/${id}`)
    })
  return (
    <div className="wizard">
      <header>
        <Link to={`/devices/${id}`}>← {camera.name}</Link>
        <h1>{words.change(camera.name)}</h1>
      </header>
      <div className="wizard-body">
        <PlaceFields value={place} change={setPlace} />
        {isNetwork && (
          <>
            <ConnectionFields
              value={connection}
              urlLabel={words.newUrl}
              urlHelp={words.unchanged}
              loginHelp={source?.hasLogin ? words.keepLogin : words.loginHelp}
              change={next => {
                setConnection(next)
                setReport(undefined)
              }}
            />
            <ConnectionTest report={report} testing={busy} disabled={isMoved && !isRtsp(url)} test={test} />
          </>
        )}
      </div>
      <footer className="view-answers">
        <Button
          type="primary"
          loading={busy}
          disabled={!isChanged || !isPlaced(place) || (isMoved && !isRtsp(url))}
          onClick={save}
        >
          {words.saveChanges}
        </Button>
      </footer>
      {unsaved.dialog}
    </div>
  )
}
