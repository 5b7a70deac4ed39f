// The legal hold of a job: placed and released with a reason; nothing of a held case is deleted.
import { LockOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Modal, Tag } from 'antd'
import { useState } from 'react'
import { command, read, segment } from '../../client/http.ts'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { useWords } from '../../words/words.ts'
import { ReasonInput } from './reason-input.tsx'
import { JOBS } from './words.ts'

interface Hold {
  readonly jobId: string | null
  readonly reason: string
}

export function HoldControl({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const words = useWords(JOBS)
  const { me, may } = useSession()
  const client = useQueryClient()
  const tell = useTell()
  const { message } = App.useApp()
  const [asking, setAsking] = useState<'hold' | 'release'>()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const { data } = useQuery({
    queryKey: ['holds'],
    queryFn: ({ signal }) => read<{ readonly items: readonly Hold[] }>('/api/holds', signal),
    enabled: may('register:read') && me.scope === 'district',
  })
  const held = data?.items.find(({ jobId }) => jobId === id)

  async function send(): Promise<void> {
    if (!reason.trim()) return setMissing(true)
    const method = asking === 'release' ? 'DELETE' : 'POST'
    try {
      await command(`/api/jobs/${segment(id)}/hold`, { reason: reason.trim() }, { method })
      message.success(asking === 'release' ? words.done.release : words.done.hold)
      void client.invalidateQueries({ queryKey: ['holds'] })
      setAsking(undefined)
      setReason('')
      onDone()
    } catch (error) {
      tell(error)
    }
  }

  return (
    <>
      {held && (
        <Tag icon={<LockOutlined />} title={held.reason}>
          {words.job.held}
        </Tag>
      )}
      <Button onClick={() => setAsking(held ? 'release' : 'hold')}>
        {held ? words.actions.release : words.actions.hold}
      </Button>
      <Modal
        open={asking !== undefined}
        title={asking && words.actions[asking].replace('…', '')}
        okText={words.ask.send}
        cancelText={words.ask.cancel}
        onOk={() => void send()}
        onCancel={() => setAsking(undefined)}
      >
        <Form layout="vertical" component="div">
          <ReasonInput
            label={words.ask.reason}
            value={reason}
            error={missing ? words.ask.needed : ''}
            onChange={text => {
              setReason(text)
              setMissing(false)
            }}
          />
        </Form>
      </Modal>
    </>
  )
}
