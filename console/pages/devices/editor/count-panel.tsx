// Counting people by hand: pictures of now with what the rule detected in them, and the scale that is fitted to both.
import { Alert, App, Button, InputNumber } from 'antd'
import { useState } from 'react'
import { bottomCentre, contains, type Polygon } from '../../../../core/geometry.ts'
import { useTell } from '../../../shell/notices.ts'
import { useWords } from '../../../words/words.ts'
import { type CountScale, fitScale, type Seen } from '../devices-client.ts'
import { useJpeg } from '../jpeg.ts'
import { Labelled } from '../labelled.tsx'
import { TRIAL } from './trial-words.ts'

interface CountProps {
  readonly camera: string
  readonly polygon: Polygon
  readonly minScore: number | undefined
  readonly saved: boolean
  readonly seen: Seen | null | undefined
  use(scale: { readonly factor: number; readonly error: number }): void
}

interface Counted {
  readonly counted: number
  readonly objects: Seen['objects']
}

const LEAST = 5
const USUAL_SCORE = 0.3

export function CountPanel({ camera, polygon, minScore, saved, seen, use }: CountProps) {
  const words = useWords(TRIAL)
  const tell = useTell()
  const { message } = App.useApp()
  const [taken, setTaken] = useState<Seen>()
  const [people, setPeople] = useState<number | null>(null)
  const [counts, setCounts] = useState<readonly Counted[]>([])
  const [scale, setScale] = useState<CountScale>()
  const picture = useJpeg(taken?.jpeg)
  if (!saved) return <Alert type="info" showIcon title={words.countSaveFirst} />

  const detected = ({ objects }: Pick<Counted, 'objects'>) =>
    objects.filter(
      ({ label, score, box }) =>
        label === 'person' && score >= (minScore ?? USUAL_SCORE) && contains(polygon, bottomCentre(box)),
    ).length
  /** There is no scale from nobody to somebody. */
  const isBlind = counts.length >= LEAST && counts.every(one => detected(one) === 0)
  const note = () => {
    if (!taken || people === null) return
    setCounts([...counts, { counted: people, objects: taken.objects }])
    setTaken(undefined)
    setPeople(null)
    setScale(undefined)
  }
  const fit = () => fitScale(camera, polygon, minScore, counts).then(setScale).catch(tell)
  const rounded = (value: number, steps: number) => Math.round(value * steps) / steps
  return (
    <div className="counting">
      <p className="quiet">{words.countIntro}</p>
      {taken && picture ? (
        <form
          onSubmit={event => {
            event.preventDefault()
            note()
          }}
        >
          <figure className="counted-picture">
            <img src={picture} alt={words.takePicture} />
            <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
              <polygon className="counted-zone" points={polygon.map(({ x, y }) => `${x},${y}`).join(' ')} />
            </svg>
          </figure>
          <Labelled label={words.howMany}>
            {id => (
              <InputNumber id={id} autoFocus min={0} max={10_000} precision={0} value={people} onChange={setPeople} />
            )}
          </Labelled>
          <Button type="primary" htmlType="submit" disabled={people === null}>
            {words.addCount}
          </Button>{' '}
          <Button onClick={() => setTaken(undefined)}>{words.skip}</Button>
        </form>
      ) : (
        <Button disabled={!seen} onClick={() => seen && setTaken(seen)}>
          {words.takePicture}
        </Button>
      )}
      <ol>
        {counts.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows
          <li key={index}>{words.counted(one.counted, detected(one))}</li>
        ))}
      </ol>
      {isBlind && <Alert type="warning" showIcon title={words.nobodySeen} />}
      {counts.length > 0 && (
        <Button disabled={counts.length < LEAST || isBlind} onClick={fit}>
          {counts.length < LEAST ? words.few(LEAST - counts.length) : words.fit}
        </Button>
      )}
      {scale && (
        <>
          <p>{words.fitted(scale.factor.toFixed(2), scale.error.toFixed(1), scale.pictures)}</p>
          <Button
            type="primary"
            onClick={() => {
              use({ factor: rounded(scale.factor, 1_000), error: rounded(scale.error, 100) })
              message.success(words.used)
            }}
          >
            {words.use}
          </Button>
        </>
      )}
    </div>
  )
}
