// Pictures that come as base64 within a record, as addresses for <img>: freed when they are shown no more.
import { useEffect, useState } from 'react'

/** @returns undefined until there is one; the last one stays until the next is there, so that nothing flickers */
export function useJpeg(base64: string | null | undefined): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    if (!base64) return
    const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
    const made = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }))
    setUrl(made)
    // The next one must have been drawn before this one goes.
    return () => void setTimeout(() => URL.revokeObjectURL(made), 2_000)
  }, [base64])
  return url
}
