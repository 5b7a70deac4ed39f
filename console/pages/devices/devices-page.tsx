// 设备: the cameras, one camera, its zones, and the wizard that adds or changes one.
import { useQuery } from '@tanstack/react-query'
import { Button, Result, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { Route, Routes, useNavigate, useParams } from 'react-router'
import { queries } from '../../client/queries.ts'
import type { Camera } from '../../client/records.ts'
import { useSession } from '../../shell/session.tsx'
import { useWords } from '../../words/words.ts'
import { CameraList } from './camera-list.tsx'
import { CameraPage } from './camera-page.tsx'
import { ZoneEditor } from './editor/zone-editor.tsx'
import { CameraForm } from './wizard/camera-form.tsx'
import { CameraWizard } from './wizard/camera-wizard.tsx'
import { DEVICES } from './words.ts'
import './devices.css'

export default function DevicesPage() {
  const configures = useSession().may('camera:configure')
  return (
    <Routes>
      <Route index element={<CameraList />} />
      {configures && <Route path="add" element={<CameraWizard />} />}
      <Route path=":id" element={<OfCamera draw={camera => <CameraPage camera={camera} />} />} />
      {configures && <Route path=":id/edit" element={<OfCamera draw={camera => <CameraForm camera={camera} />} />} />}
      <Route path=":id/zones" element={<OfCamera draw={camera => <ZoneEditor key={camera.id} camera={camera} />} />} />
      <Route path="*" element={<Gone />} />
    </Routes>
  )
}

function OfCamera({ draw }: { draw(camera: Camera): ReactNode }) {
  const { id } = useParams()
  const { data, isLoading } = useQuery(queries.cameras())
  if (isLoading) return <Skeleton active className="devices" />
  const camera = data?.items.find(one => one.id === id)
  return camera ? draw(camera) : <Gone />
}

function Gone() {
  const words = useWords(DEVICES)
  const navigate = useNavigate()
  return (
    <Result
      status="info"
      title={words.gone}
      extra={
        <Button type="primary" onClick={() => navigate('/devices')}>
          {words.back}
        </Button>
      }
    />
  )
}
