// Handing a shift over: a note with what is open, and the notes of before, each signed by whoever took over.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Skeleton } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import type { itemsSchema, noteSchema } from '../../../api/routes/hand-over.ts'
import { command, read, segment } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { Unread } from '../../parts/unread.tsx'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { agoOf, dayOf, timeOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { OpenItemsView } from './open-items.tsx'
import { meantBy, RecipientPicker } from './recipient-picker.tsx'
import { rotaQueries } from './rota-queries.ts'
import { DUTY } from './words.ts'

export type OpenItems = z.output<typeof itemsSchema>
type Note = z.output<typeof noteSchema>

const KEY = ['hand-over-notes'] as const

export function HandOver() {
  const { may } = useSession()
  return (
    <div className="hand-over">
      {may('duty:hand-over') && <Write />}
      <History />
    </div>
  )
}

function Write() {
  const words = useWords(DUTY).note
  const client = useQueryClient()
  const tell = useTell()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ text: string; meantFor?: string }>()
  const [sending, setSending] = useState(false)
  const open = useQuery({
    queryKey: ['open-items'],
    queryFn: ({ signal }) => read<OpenItems>('/api/open-items', signal),
    refetchInterval: 30_000,
  })
  const send = async ({ text, meantFor }: { text: string; meantFor?: string }): Promise<void> => {
    setSending(true)
    try {
      await command('/api/hand-over-notes', { text, ...meantBy(meantFor) }, { key: crypto.randomUUID() })
      message.success(words.sent)
      form.resetFields()
      void client.invalidateQueries({ queryKey: KEY })
    } catch (error) {
      tell(error)
    } finally {
      setSending(false)
    }
  }
  return (
    <section className="write-note">
      <h2>{words.write}</h2>
      <Form form={form} layout="vertical" onFinish={fields => void send(fields)}>
        <Form.Item name="text" label={words.text} rules={[{ required: true, whitespace: true, message: words.needed }]}>
          <Input.TextArea rows={5} maxLength={4_000} placeholder={words.textHint} />
        </Form.Item>
        <Form.Item name="meantFor" label={words.meantFor} extra={words.meantForHint}>
          <RecipientPicker />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={sending}>
          {words.send}
        </Button>
      </Form>
      <h3>{words.openNow}</h3>
      {open.isPending && <Skeleton active paragraph={{ rows: 5 }} />}
      {open.data ? <OpenItemsView items={open.data} /> : <Unread of={open} />}
    </section>
  )
}

function History() {
  const words = useWords(DUTY).note
  const query = useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) =>
      read<Page<Note>>(
        `/api/hand-over-notes?limit=20${pageParam && `&before=${encodeURIComponent(pageParam)}`}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    refetchInterval: 15_000,
  })
  const notes = query.data?.pages.flatMap(page => page.items) ?? []
  return (
    <section className="notes">
      <h2>{words.history}</h2>
      {query.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {notes.length === 0 && <Nothing of={query} title={words.none} hint={words.noneHint} />}
      {notes.map((note, index) => (
        <NoteView key={note.id} note={note} open={index === 0} />
      ))}
      {query.hasNextPage && (
        <Button type="dashed" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {words.older}
        </Button>
      )}
    </section>
  )
}

function NoteView({ note, open }: { readonly note: Note; readonly open: boolean }) {
  const words = useWords(DUTY).note
  const { me, may } = useSession()
  const [printing, setPrinting] = useState(false)
  const { data: teams } = useQuery({ ...rotaQueries.teams(), enabled: may('rota:read') && note.meantForTeam !== null })
  const {
    writtenBy,
    writtenByName,
    writtenAt,
    meantFor,
    meantForName,
    meantForTeam,
    takenBy,
    takenByName,
    takenAt,
    takenNote,
  } = note
  const team = meantForTeam && (teams?.items.find(({ id }) => id === meantForTeam)?.name ?? meantForTeam)
  const meant = meantForName ?? meantFor ?? (team && `${team}（${words.team}）`)
  /** The page prints what is marked, and nothing else. */
  const print = (): void => {
    setPrinting(true)
    // Some browsers print after the call has come back.
    addEventListener('afterprint', () => setPrinting(false), { once: true })
    setTimeout(() => window.print(), 50)
  }
  return (
    <details className={printing ? 'note printed' : 'note'} open={open || printing}>
      <summary>
        {printing && (
          <strong className="note-sheet">
            {words.sheet} · {dayOf(writtenAt)} {timeOf(writtenAt)}
          </strong>
        )}
        <b>{words.by(writtenByName ?? writtenBy)}</b> <time title={agoOf(writtenAt)}>{whenOf(writtenAt)}</time>{' '}
        <span>{meant ? words.forWhom(meant) : words.forNext}</span>{' '}
        <span className={takenBy ? 'signed' : 'unsigned'}>
          {takenBy && takenAt !== null
            ? `✓ ${words.takenBy(takenByName ?? takenBy, whenOf(takenAt))}`
            : `◌ ${words.waiting}`}
        </span>
      </summary>
      <p className="note-text">{note.text}</p>
      {takenNote && <p className="note-text">{takenNote}</p>}
      <OpenItemsView items={note.items} />
      {printing && (
        <p className="note-signatures">
          <span>{words.signedBy}</span> <span>{words.signedTaking}</span>
        </p>
      )}
      <div className="note-tools">
        {!takenBy && may('duty:hand-over') && (writtenBy === me.name ? <p>{words.own}</p> : <Take id={note.id} />)}
        <Button onClick={print}>{words.print}</Button>
      </div>
    </details>
  )
}

function Take({ id }: { readonly id: string }) {
  const words = useWords(DUTY).note
  const client = useQueryClient()
  const tell = useTell()
  const { message } = App.useApp()
  const [note, setNote] = useState('')
  const take = async (): Promise<void> => {
    try {
      await command(`/api/hand-over-notes/${segment(id)}/take`, note.trim() ? { note: note.trim() } : {})
      message.success(words.taken)
    } catch (error) {
      tell(error)
    }
    void client.invalidateQueries({ queryKey: KEY })
  }
  return (
    <>
      <Input
        aria-label={words.takeNote}
        placeholder={words.takeNote}
        maxLength={500}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      <Button type="primary" onClick={() => void take()}>
        {words.take}
      </Button>
    </>
  )
}
