// 主动上报: what somebody of ours sees, on a camera's picture or in the street, becomes an incident and its job.
import { ReloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Form, Segmented, Select, Skeleton } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { type Box, bottomCentre, contains } from '../../../core/geometry.ts'
import { useObjectUrl } from '../../client/evidence.ts'
import { authorization, checked, command, segment } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import type { Camera, IncidentDetail } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { timeOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { DetailItems, KindItem } from './details.tsx'
import { Done, type Opened } from './done.tsx'
import { DrawBox } from './draw-box.tsx'
import { InStreet } from './in-street.tsx'
import { REPORT } from './words.ts'
import './report.css'

interface Wish {
  readonly kind: Camera['zones'][number]['rule']
  readonly severity?: string
  readonly note?: string
}

export default function ReportPage() {
  const words = useWords(REPORT)
  const { may } = useSession()
  const [address, setAddress] = useSearchParams()
  const [done, setDone] = useState<Opened>()
  const draws = may('camera:report')
  const inStreet = !draws || address.get('in') === 'street'
  if (done) return <Done opened={done} onAnother={() => setDone(undefined)} />
  return (
    <div className="report">
      <header>
        <h1>{words.title}</h1>
        {draws && (
          <Segmented
            aria-label={words.title}
            value={inStreet ? 'street' : 'camera'}
            options={[
              { value: 'camera', label: words.onCamera },
              { value: 'street', label: words.inStreet },
            ]}
            onChange={value => setAddress(value === 'street' ? { in: 'street' } : {}, { replace: true })}
          />
        )}
      </header>
      <p className="report-quiet">
        {inStreet ? words.introStreet : words.intro} {may('incident:decide') ? words.atOnce : words.later}
      </p>
      {inStreet ? <InStreet onDone={setDone} /> : <OnCamera onDone={setDone} />}
    </div>
  )
}

function OnCamera({ onDone }: { readonly onDone: (opened: Opened) => void }) {
  const words = useWords(REPORT)
  const cameras = useQuery(queries.cameras())
  const [address, setAddress] = useSearchParams()
  const items = cameras.data?.items ?? []
  const camera = items.find(({ id }) => id === address.get('camera'))
  return (
    <>
      {cameras.isPending && <Skeleton active title={false} />}
      {items.length === 0 && <Nothing of={cameras} title={words.noCameras} hint={words.noCamerasHint} small />}
      {items.length > 0 && (
        <div className="report-camera">
          <label htmlFor="report-camera">{words.camera}</label>
          <Select
            id="report-camera"
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={words.chooseCamera}
            value={camera?.id}
            options={items.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={id => id && setAddress({ camera: id }, { replace: true })}
          />
        </div>
      )}
      {camera && <Drawing key={camera.id} camera={camera} onDone={onDone} />}
    </>
  )
}

function Drawing({ camera, onDone }: { readonly camera: Camera; readonly onDone: (opened: Opened) => void }) {
  const words = useWords(REPORT)
  const tell = useTell()
  const { may } = useSession()
  const [round, setRound] = useState(0)
  const [takenAt, setTakenAt] = useState<number>()
  const [box, setBox] = useState<Box>()
  const [needsBox, setNeedsBox] = useState(false)
  const [sending, setSending] = useState(false)
  const [key] = useState(() => crypto.randomUUID())
  const [form] = Form.useForm<Wish>()
  const kind = Form.useWatch('kind', form)
  const still = useObjectUrl(`${camera.id} ${round}`, async signal => {
    const path = `/api/cameras/${segment(camera.id)}/still`
    const response = await checked(await fetch(path, { headers: authorization(), signal }))
    setTakenAt(Number(response.headers.get('jiemu-taken-at')) || undefined)
    return response.blob()
  })
  const send = async (wish: Wish): Promise<void> => {
    setNeedsBox(!box)
    if (!box) return
    setSending(true)
    try {
      const body = { cameraId: camera.id, box, ...wish, ...(takenAt && { takenAt }) }
      const { incident, job } = await command<IncidentDetail>('/api/incidents', body, { key })
      onDone({ incidentId: incident.id, review: incident.review, jobId: job?.id ?? null })
    } catch (error) {
      tell(error)
      setSending(false)
    }
  }
  const zone = kind && box && zoneOf(camera, kind, box)
  return (
    <div className="report-drawing">
      <div>
        {still.state === 'loading' && <Skeleton.Node active className="report-waiting" />}
        {still.state === 'failed' && (
          <Alert
            type="warning"
            showIcon
            title={words.noPicture}
            description={words.noPictureHint}
            action={<Button onClick={() => setRound(round + 1)}>{words.retry}</Button>}
          />
        )}
        {still.state === 'ready' && (
          <>
            <DrawBox url={still.url} name={camera.name} box={box} onChange={setBox} />
            <div className="report-below">
              <span className="report-quiet">{words.draw}</span>
              <span className="report-quiet">{takenAt && words.taken(timeOf(takenAt))}</span>
              <Button size="small" icon={<ReloadOutlined />} onClick={() => setRound(round + 1)}>
                {words.again}
              </Button>
            </div>
          </>
        )}
      </div>
      <Form<Wish> form={form} layout="vertical" requiredMark={false} onFinish={send}>
        <KindItem />
        <DetailItems />
        {kind && box && <p className="report-quiet">{zone ? words.inZone(zone.name) : words.noZone}</p>}
        {needsBox && !box && <Alert type="error" showIcon title={words.needBox} role="alert" />}
        <Button type="primary" htmlType="submit" loading={sending} disabled={still.state !== 'ready'} block>
          {may('incident:decide') ? words.send : words.sendToOperator}
        </Button>
      </Form>
    </div>
  )
}

/** As the server finds it. */
function zoneOf({ zones }: Camera, kind: Wish['kind'], box: Box) {
  const middle = { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 }
  return zones.find(
    ({ rule, polygon }) => rule === kind && (contains(polygon, bottomCentre(box)) || contains(polygon, middle)),
  )
}
