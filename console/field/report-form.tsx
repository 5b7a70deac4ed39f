// 网格员上报: what a worker sees in the street, with a photo and where the phone is; kept and sent as every other step.
import { useEffect, useRef, useState } from 'react'
import type { Position } from '../../core/geo.ts'
import { ZONE_RULES } from '../../core/observation.ts'
import { preparePhoto, type TakenPhoto } from '../parts/photo.ts'
import { DOMAIN } from '../words/domain.ts'
import { distanceOf } from '../words/format.ts'
import { useWords } from '../words/words.ts'
import { CameraInput } from './camera-input.tsx'
import type { NewAction } from './outbox.ts'
import { OwnPicture } from './picture.tsx'
import { type Place, placeNow } from './position.ts'
import { FIELD } from './words.ts'

interface ReportFormProps {
  readonly onSend: (action: NewAction) => void
  readonly onBack: () => void
}

export function ReportForm({ onSend, onBack }: ReportFormProps) {
  const words = useWords(FIELD)
  const domain = useWords(DOMAIN)
  const camera = useRef<HTMLInputElement>(null)
  const [kind, setKind] = useState<string>()
  const [photo, setPhoto] = useState<TakenPhoto>()
  const [place, setPlace] = useState<Place | 'asking' | 'unknown'>('asking')
  const [address, setAddress] = useState('')
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [warning, setWarning] = useState('')
  useEffect(() => {
    void placeNow().then(found => setPlace(found ?? 'unknown'))
  }, [])
  const here = typeof place === 'string' ? null : place
  const spot: Position | null = here && { lat: here.lat, lon: here.lon }

  const took = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setBusy(true)
    setWarning('')
    try {
      setPhoto(await preparePhoto(file, 'before', spot))
    } catch {
      setWarning(words.notPicture)
    } finally {
      setBusy(false)
    }
  }
  const send = (): void => {
    if (!kind || (!spot && !address.trim())) {
      setWarning(words.reportNeeds)
      return
    }
    const report = { kind, spot, address: address.trim() || null, note: note.trim() || null }
    onSend({ jobId: `report ${crypto.randomUUID()}`, step: 'report', report, photo: photo ?? null })
  }

  return (
    <form
      className="field-job"
      aria-label={words.reportTitle}
      onSubmit={event => {
        event.preventDefault()
        send()
      }}
    >
      <header>
        <button type="button" className="field-back" onClick={onBack} aria-label={words.back}>
          ‹
        </button>
        <h1>{words.reportTitle}</h1>
      </header>
      <div className="field-job-body">
        <p className="field-quiet">{words.reportWhy}</p>
        <fieldset className="field-kinds">
          <legend>{words.reportKind}</legend>
          {ZONE_RULES.map(rule => (
            <button key={rule} type="button" aria-pressed={kind === rule} onClick={() => setKind(rule)}>
              {domain.kinds[rule]}
            </button>
          ))}
        </fieldset>
        {photo && <OwnPicture key={photo.shotAt} blob={photo.blob} label={words.picturesOf} />}
        <div className="field-small-steps">
          <button type="button" disabled={busy} onClick={() => camera.current?.click()}>
            {busy ? words.preparing : photo ? words.reportPhotoAgain : words.reportPhoto}
          </button>
        </div>
        <div className="field-reason">
          <p className={place === 'unknown' ? 'field-warning' : 'field-quiet'} aria-live="polite">
            {place === 'asking'
              ? words.reportLocating
              : here
                ? words.reportHere(distanceOf(here.accuracyM))
                : words.reportNoPlace}
          </p>
          <label>
            {words.reportAddress}
            <textarea
              value={address}
              maxLength={200}
              rows={1}
              placeholder={words.reportAddressHint}
              onChange={event => setAddress(event.target.value)}
            />
          </label>
          <label>
            {words.reportNote}
            <textarea value={note} maxLength={500} rows={2} onChange={event => setNote(event.target.value)} />
          </label>
        </div>
        {warning && (
          <p className="field-warning" role="alert">
            {warning}
          </p>
        )}
      </div>
      <CameraInput ref={camera} label={words.reportPhoto} onTake={file => void took(file)} />
      <button type="submit" className="field-next" disabled={busy}>
        {words.reportSend}
      </button>
    </form>
  )
}
