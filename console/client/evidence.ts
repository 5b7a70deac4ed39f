// Evidence for <img> and <video>: fetched by a link that is the reader's own and good for minutes, freed when unused.
import { useEffect, useState } from 'react'
import { authorization, checked, command, segment } from './http.ts'

/** @throws Refused */
export async function fetchEvidence(id: string, signal?: AbortSignal): Promise<Blob> {
  const { url } = await command<{ readonly url: string }>(`/api/evidence/${segment(id)}/link`, {}, signal && { signal })
  const response = await checked(await fetch(url, { headers: authorization(), ...(signal && { signal }) }))
  return response.blob()
}

export type FetchedUrl =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly url: string }
  | { readonly state: 'failed'; readonly error: unknown }

/** An object URL of what `fetchBlob` brings, given back when `key` changes or the page lets it go; undefined asks for nothing. */
export function useObjectUrl(key: string | undefined, fetchBlob: (signal: AbortSignal) => Promise<Blob>): FetchedUrl {
  const [fetched, setFetched] = useState<FetchedUrl>({ state: 'loading' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is fetched; the function is new with every drawing
  useEffect(() => {
    if (key === undefined) return
    const abort = new AbortController()
    let url: string | undefined
    setFetched({ state: 'loading' })
    fetchBlob(abort.signal).then(
      blob => {
        if (abort.signal.aborted) return
        url = URL.createObjectURL(blob)
        setFetched({ state: 'ready', url })
      },
      error => abort.signal.aborted || setFetched({ state: 'failed', error }),
    )
    return () => {
      abort.abort()
      if (url) URL.revokeObjectURL(url)
    }
  }, [key])
  return fetched
}

export const useEvidence = (id: string | undefined): FetchedUrl =>
  useObjectUrl(id, signal => fetchEvidence(id ?? '', signal))
