// A sentence of one's own, or one of a few that are offered.
import { useState } from 'react'
import { useWords } from '../words/words.ts'
import { OwnPicture } from './picture.tsx'
import { FIELD } from './words.ts'

interface ReasonFormProps {
  readonly title: string
  readonly offers: readonly string[]
  /** Takes a photo with it, where one may. */
  readonly photo?: { readonly blob: Blob | undefined; readonly take: () => void }
  readonly onSend: (reason: string) => void
  readonly onCancel: () => void
}

export function ReasonForm({ title, offers, photo, onSend, onCancel }: ReasonFormProps) {
  const words = useWords(FIELD)
  const [reason, setReason] = useState('')
  return (
    <form
      className="field-reason"
      onSubmit={event => {
        event.preventDefault()
        if (reason.trim()) onSend(reason.trim())
      }}
    >
      <label>
        {title}
        <textarea
          value={reason}
          maxLength={500}
          rows={3}
          aria-label={title}
          onChange={event => setReason(event.target.value)}
        />
      </label>
      {offers.length > 0 && (
        <div className="field-small-steps">
          {offers.map(offer => (
            <button key={offer} type="button" onClick={() => setReason(offer)}>
              {offer}
            </button>
          ))}
        </div>
      )}
      {photo?.blob && <OwnPicture blob={photo.blob} label={words.notePhoto} />}
      {photo && (
        <div className="field-small-steps">
          <button type="button" onClick={photo.take}>
            {photo.blob ? words.notePhotoAgain : words.notePhoto}
          </button>
        </div>
      )}
      <div className="field-small-steps">
        <button type="submit" className="field-send" disabled={!reason.trim()}>
          {words.send}
        </button>
        <button type="button" onClick={onCancel}>
          {words.cancel}
        </button>
      </div>
    </form>
  )
}
