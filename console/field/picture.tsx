// A picture of a job: the kept one where there is no network, else fetched, registered as a look, and kept while the job is open.
import { fetchEvidence, useObjectUrl } from '../client/evidence.ts'
import { useWords } from '../words/words.ts'
import { keepPicture, keptPicture } from './pocket.ts'
import { FIELD } from './words.ts'

async function pictureOf(id: string, signal: AbortSignal): Promise<Blob> {
  const kept = await keptPicture(id)
  if (kept) return kept
  const blob = await fetchEvidence(id, signal)
  await keepPicture(id, blob)
  return blob
}

export function Picture({ id, label }: { readonly id: string | null; readonly label: string }) {
  const words = useWords(FIELD)
  const fetched = useObjectUrl(id ?? undefined, signal => pictureOf(id ?? '', signal))
  return (
    <figure className="field-picture">
      {id && fetched.state === 'ready' ? (
        <img src={fetched.url} alt={label} />
      ) : (
        <div className="field-picture-none">
          {id === null ? words.noPicture : fetched.state === 'failed' ? words.pictureAway : '…'}
        </div>
      )}
      <figcaption>{label}</figcaption>
    </figure>
  )
}

/** One that was just taken, and may not have been sent yet. */
export function OwnPicture({ blob, label }: { readonly blob: Blob; readonly label: string }) {
  const fetched = useObjectUrl(`${blob.size}:${label}`, async () => blob)
  return (
    <figure className="field-picture">
      {fetched.state === 'ready' ? <img src={fetched.url} alt={label} /> : <div className="field-picture-none">…</div>}
      <figcaption>{label}</figcaption>
    </figure>
  )
}
