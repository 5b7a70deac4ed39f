// A note about a job, with photos where they say more: made smaller here, and without what else was in their files.
import { CloseOutlined, PictureOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Form } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { MOST_NOTE_PHOTOS } from '../../../core/note-photos.ts'
import { command, segment } from '../../client/http.ts'
import { preparePhoto } from '../../parts/photo.ts'
import { useTell } from '../../shell/notices.ts'
import { useWords } from '../../words/words.ts'
import { ReasonInput } from './reason-input.tsx'
import { useTakeStep } from './take-step.ts'
import { JOBS } from './words.ts'

interface Chosen {
  /** The same on every try: what was sent is sent once. */
  readonly key: string
  readonly blob: Blob
  readonly url: string
}

export function NoteForm({ id }: { readonly id: string }) {
  const words = useWords(JOBS)
  const takeStep = useTakeStep()
  const tell = useTell()
  const client = useQueryClient()
  const { message } = App.useApp()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [photos, setPhotos] = useState<readonly Chosen[]>([])
  const [sending, setSending] = useState(false)
  const held = useRef(photos)
  held.current = photos
  useEffect(
    () => () => {
      for (const { url } of held.current) URL.revokeObjectURL(url)
    },
    [],
  )

  async function choose(files: readonly File[]): Promise<void> {
    for (const file of files.slice(0, MOST_NOTE_PHOTOS - photos.length)) {
      try {
        // Where somebody at a desk sits says nothing of the picture.
        const { blob } = await preparePhoto(file, 'note', null)
        const chosen = { key: crypto.randomUUID(), blob, url: URL.createObjectURL(blob) }
        setPhotos(before => [...before, chosen])
      } catch {
        message.warning(words.job.notPicture)
      }
    }
  }
  const drop = ({ key, url }: Chosen): void => {
    URL.revokeObjectURL(url)
    setPhotos(before => before.filter(photo => photo.key !== key))
  }
  const send = async (): Promise<void> => {
    setSending(true)
    try {
      const taken: string[] = []
      for (const { key, blob } of photos) {
        const form = new FormData()
        form.append('file', blob, 'photo.jpg')
        const path = `/api/jobs/${segment(id)}/note-photos`
        const { evidence } = await command<{ readonly evidence: { readonly id: string } }>(path, form, { key })
        taken.push(evidence.id)
      }
      if (await takeStep('note', id, { reason: text.trim(), ...(taken.length > 0 && { photos: taken }) })) {
        setText('')
        for (const photo of photos) drop(photo)
        void client.invalidateQueries({ queryKey: ['job', id] })
      }
    } catch (error) {
      tell(error)
    }
    setSending(false)
  }
  return (
    <>
      {/* Outside of the form, whose style would show it. */}
      <input
        ref={input}
        hidden
        type="file"
        accept="image/jpeg,image/png,image/webp"
        multiple
        aria-label={words.job.notePhoto}
        onChange={event => {
          void choose([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <Form layout="vertical" onFinish={() => void send()}>
        <ReasonInput
          label={words.job.noteLabel}
          placeholder={words.job.notePlaceholder}
          value={text}
          onChange={setText}
        />
        {photos.length > 0 && (
          <p className="note-photos">
            {photos.map(photo => (
              <span key={photo.key} className="note-photo">
                <img src={photo.url} alt={words.job.notePhoto} />
                <button type="button" aria-label={words.job.dropPhoto} onClick={() => drop(photo)}>
                  <CloseOutlined />
                </button>
              </span>
            ))}
          </p>
        )}
        <p className="note-tools">
          <Button htmlType="submit" disabled={!text.trim()} loading={sending}>
            {words.actions.note}
          </Button>
          <Button
            type="text"
            icon={<PictureOutlined />}
            disabled={photos.length >= MOST_NOTE_PHOTOS}
            onClick={() => input.current?.click()}
          >
            {words.job.addPhoto(MOST_NOTE_PHOTOS)}
          </Button>
        </p>
      </Form>
    </>
  )
}
