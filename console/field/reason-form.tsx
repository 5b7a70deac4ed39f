// A sentence of one's own, or one of a few that are offered.
import { useState } from 'react'
import { useWords } from '../words/words.ts'
import { FIELD } from './words.ts'

interface ReasonFormProps {
  readonly title: string
  readonly offers: readonly string[]
  readonly onSend: (reason: string) => void
  readonly onCancel: () => void
}

export function ReasonForm({ title, offers, onSend, onCancel }: ReasonFormProps) {
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
