// Photos to go with a report: made smaller and stripped in the browser, as a worker's are.
import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { preparePhoto, type TakenPhoto } from '../../parts/photo.ts'
import { useWords } from '../../words/words.ts'
import { REPORT } from './words.ts'

/** Nobody looks at more, and each is half a megabyte. */
const MOST = 6

interface PhotosProps {
  readonly photos: readonly TakenPhoto[]
  readonly onChange: (photos: readonly TakenPhoto[]) => void
}

export function Photos({ photos, onChange }: PhotosProps) {
  const words = useWords(REPORT)
  const chooser = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState(false)
  const [busy, setBusy] = useState(false)
  const take = async (files: readonly File[]): Promise<void> => {
    setBusy(true)
    const prepared = await Promise.allSettled(files.map(file => preparePhoto(file, 'before', null)))
    const fine = prepared.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
    setProblem(fine.length < files.length)
    setBusy(false)
    onChange([...photos, ...fine].slice(0, MOST))
  }
  return (
    <div className="report-photos">
      {photos.map((photo, index) => (
        <figure key={`${photo.blob.size} ${photo.shotAt}`}>
          <Thumbnail blob={photo.blob} label={words.photo(index + 1)} />
          <Button
            size="small"
            icon={<CloseOutlined />}
            aria-label={words.removePhoto(index + 1)}
            onClick={() => onChange(photos.filter(each => each !== photo))}
          />
        </figure>
      ))}
      {photos.length < MOST && (
        <Button icon={<PlusOutlined />} loading={busy} onClick={() => chooser.current?.click()}>
          {words.addPhoto}
        </Button>
      )}
      {problem && <p role="alert">{words.notPicture}</p>}
      <input
        ref={chooser}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        multiple
        // Ant Design's forms show a file input that is only `hidden`.
        style={{ display: 'none' }}
        aria-label={words.addPhoto}
        onChange={event => {
          void take([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </div>
  )
}

function Thumbnail({ blob, label }: { readonly blob: Blob; readonly label: string }) {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const own = URL.createObjectURL(blob)
    setUrl(own)
    return () => URL.revokeObjectURL(own)
  }, [blob])
  return url ? <img src={url} alt={label} /> : null
}
