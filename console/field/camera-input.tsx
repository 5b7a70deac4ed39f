// The phone's camera behind a button of ours: one photo at a time.
import type { Ref } from 'react'

interface CameraInputProps {
  readonly ref: Ref<HTMLInputElement>
  /** For people who hear the page. */
  readonly label: string
  readonly onTake: (file: File | undefined) => void
}

export function CameraInput({ ref, label, onTake }: CameraInputProps) {
  return (
    <input
      ref={ref}
      className="field-camera"
      type="file"
      accept="image/*"
      capture="environment"
      aria-label={label}
      tabIndex={-1}
      onChange={event => {
        onTake(event.target.files?.[0])
        // The same photo may be taken again.
        event.target.value = ''
      }}
    />
  )
}
