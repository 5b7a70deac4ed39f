// A camera whose zones wait: why, and what a person is asked, beside the picture on which it can be seen.

import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { command, segment } from '../../client/http.ts'
import type { Camera } from '../../client/records.ts'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { useWords } from '../../words/words.ts'
import { isAsked } from './camera-state.ts'
import { DEVICES } from './words.ts'

export function ViewQuestion({ camera }: { readonly camera: Camera }) {
  const words = useWords(DEVICES)
  const { may } = useSession()
  const tell = useTell()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const { id, sight } = camera
  const asked = isAsked(camera) ? sight?.pending : null
  const away = sight?.alignment === 'moved'
  const waits = Boolean(asked) || away || sight?.alignment === 'unconfirmed'

  const say = async (step: 'confirm-view' | 'renew-view', body: object, done: string): Promise<void> => {
    setBusy(true)
    try {
      await command(`/api/cameras/${segment(id)}/${step}`, body, { key: crypto.randomUUID() })
      message.success(done)
      await client.invalidateQueries({ queryKey: ['cameras'] })
    } catch (error) {
      tell(error)
    } finally {
      setBusy(false)
    }
  }
  const renew = may('camera:confirm') && (
    <Popconfirm
      title={words.renewSure}
      okText={words.renew}
      cancelText={words.cancel}
      onConfirm={() => say('renew-view', {}, words.renewed)}
    >
      <Button disabled={busy}>{words.renew}</Button>
    </Popconfirm>
  )
  if (!waits) return <div className="view-renew">{renew}</div>
  const [occasion] = asked?.split('-') ?? []
  const question =
    occasion === 'lapse' || occasion === 'renewal'
      ? words.pending[occasion]
      : words.waits[away ? 'moved' : 'unconfirmed']
  return (
    <Alert
      type="warning"
      showIcon
      title={question}
      description={
        may('camera:confirm') && (
          <span className="view-answers">
            {asked && (
              <Button
                type="primary"
                disabled={away || busy}
                title={away ? words.confirmWait : undefined}
                onClick={() => say('confirm-view', { pending: asked }, words.confirmed)}
              >
                {words.confirm}
              </Button>
            )}
            {renew}
          </span>
        )
      }
    />
  )
}
