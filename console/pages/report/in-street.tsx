// A report of what no camera shows: a spot on the map or an address, what it is, and photos that somebody was sent.
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Select, Skeleton } from 'antd'
import { lazy, Suspense, useMemo, useState } from 'react'
import { distanceM, type Position } from '../../../core/geo.ts'
import type { ZONE_RULES } from '../../../core/observation.ts'
import { command, segment } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import type { Camera } from '../../client/records.ts'
import { cameraPlaces } from '../../parts/map-places.ts'
import { formOfPhoto, type TakenPhoto } from '../../parts/photo.ts'
import type { MapPoint } from '../../parts/street-map.tsx'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { DetailItems, KindItem } from './details.tsx'
import type { Opened } from './done.tsx'
import { Photos } from './photos.tsx'
import { REPORT } from './words.ts'

const StreetMap = lazy(() => import('../../parts/street-map.tsx').then(({ StreetMap: page }) => ({ default: page })))

/** main/hand-reports.ts: further away the server asks for the grid. */
const NEAREST_M = 3_000

interface Wish {
  readonly kind: (typeof ZONE_RULES)[number]
  readonly severity?: string
  readonly address?: string
  readonly gridId?: string
  readonly note?: string
}

export function InStreet({ onDone }: { readonly onDone: (opened: Opened) => void }) {
  const words = useWords(REPORT)
  const domain = useWords(DOMAIN)
  const tell = useTell()
  const { may } = useSession()
  const { data } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const [spot, setSpot] = useState<Position>()
  const [photos, setPhotos] = useState<readonly TakenPhoto[]>([])
  const [needsPlace, setNeedsPlace] = useState(false)
  const [sending, setSending] = useState(false)
  const [key] = useState(() => crypto.randomUUID())
  const [form] = Form.useForm<Wish>()
  const address = Form.useWatch('address', form)
  const cameras = data?.items
  const points = useMemo((): readonly MapPoint[] => {
    const known = cameraPlaces(cameras ?? [], { domain, online: '', offline: '' }).map(({ point }) => point)
    return spot ? [...known, { id: 'pin', ...spot, shape: 'pin', mark: '●', label: words.marked }] : known
  }, [cameras, spot, domain, words])
  const near = spot && nearestGrid(spot, cameras ?? [])
  const grids = [...new Set((cameras ?? []).map(({ gridId }) => gridId))].sort()
  const placed = spot !== undefined || Boolean(address?.trim())

  const send = async ({ address: said, ...wish }: Wish): Promise<void> => {
    setNeedsPlace(!placed)
    if (!placed) return
    setSending(true)
    try {
      const where = { ...(spot && { spot }), ...(said?.trim() && { address: said.trim() }) }
      const opened = await command<Opened>('/api/reports', { ...wish, ...where }, { key })
      // Each by a key of its own, so that a second try sends only what did not arrive.
      for (const [index, photo] of photos.entries()) {
        const path = `/api/incidents/${segment(opened.incidentId)}/evidence`
        await command(path, formOfPhoto(photo), { key: `${key}-${index}` })
      }
      onDone(opened)
    } catch (error) {
      tell(error)
      setSending(false)
    }
  }
  return (
    <div className="report-drawing">
      <div>
        <div className="report-map">
          <Suspense fallback={<Skeleton.Node active className="report-waiting" />}>
            <StreetMap points={points} chosen="pin" label={words.map} onPick={setSpot} />
          </Suspense>
        </div>
        <div className="report-below">
          <span className="report-quiet">{words.mark}</span>
          {spot && (
            <>
              <span>
                {spot.lat.toFixed(5)}, {spot.lon.toFixed(5)}
              </span>
              <Button size="small" onClick={() => setSpot(undefined)}>
                {words.unmark}
              </Button>
            </>
          )}
        </div>
      </div>
      <Form<Wish> form={form} layout="vertical" requiredMark={false} onFinish={send}>
        <KindItem />
        <Form.Item name="address" label={words.address}>
          <Input maxLength={200} placeholder={words.addressHint} />
        </Form.Item>
        <Form.Item
          name="gridId"
          label={words.grid}
          extra={near ? words.gridNear(near) : words.gridAsked}
          rules={[{ required: spot !== undefined && !near, message: words.needGrid }]}
        >
          <Select allowClear placeholder={near ?? ''} options={grids.map(value => ({ value, label: value }))} />
        </Form.Item>
        <DetailItems />
        <Form.Item label={words.photos}>
          <Photos photos={photos} onChange={setPhotos} />
        </Form.Item>
        <p className="report-quiet">{words.noCameraCloses}</p>
        {needsPlace && !placed && <Alert type="error" showIcon title={words.needPlace} role="alert" />}
        <Button type="primary" htmlType="submit" loading={sending} block>
          {may('incident:decide') ? words.send : words.sendToOperator}
        </Button>
      </Form>
    </div>
  )
}

/** As the server finds it: by where a camera looks, or any of its zones that lies elsewhere. */
function nearestGrid(spot: Position, cameras: readonly Camera[]): string | undefined {
  const all = cameras.flatMap(({ gridId, position, zones }) =>
    [position, ...zones.map(zone => zone.position)].flatMap(at =>
      at ? [{ gridId, metres: distanceM(spot, at) }] : [],
    ),
  )
  const [nearest] = all.toSorted((one, other) => one.metres - other.metres)
  return nearest && nearest.metres <= NEAREST_M ? nearest.gridId : undefined
}
