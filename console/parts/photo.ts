// A photo before it is sent: where and when it was taken is read, then it is drawn anew, smaller and without the file's notes.
import { gps, parse } from 'exifr'
import type { Position } from '../../core/geo.ts'

/** A photo as it will be sent: made smaller, without the file's notes; what they said is beside it. */
export interface TakenPhoto {
  readonly blob: Blob
  readonly moment: 'before' | 'after' | 'note'
  readonly lat: number | null
  readonly lon: number | null
  readonly shotAt: number | null
}

/** Enough for a number plate across a street. */
const EDGE_PX = 1_600
const QUALITY = 0.8

/** @throws DOMException where it is no picture. @param here where the phone is, for files that do not say it */
export async function preparePhoto(
  file: File,
  moment: TakenPhoto['moment'],
  here: Position | null,
): Promise<TakenPhoto> {
  const place = await gps(file).catch(() => undefined)
  const shot = (await parse(file, ['DateTimeOriginal']).catch(() => undefined)) as
    | { readonly DateTimeOriginal?: Date }
    | undefined
  const known = place && Number.isFinite(place.latitude) && Number.isFinite(place.longitude)
  const at = known ? { lat: place.latitude, lon: place.longitude } : here
  const shotAt = shot?.DateTimeOriginal?.getTime() ?? (file.lastModified || null)
  return { blob: await shrunk(file), moment, lat: at?.lat ?? null, lon: at?.lon ?? null, shotAt }
}

async function shrunk(file: File): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const scale = Math.min(1, EDGE_PX / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) =>
      canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', QUALITY),
    )
  } finally {
    bitmap.close()
  }
}

/** The server reads the fields before the file. */
export function formOfPhoto({ blob, moment, lat, lon, shotAt }: TakenPhoto): FormData {
  const form = new FormData()
  form.append('moment', moment)
  if (lat !== null && lon !== null) {
    form.append('lat', lat.toFixed(6))
    form.append('lon', lon.toFixed(6))
  }
  if (shotAt !== null) form.append('shotAt', String(shotAt))
  form.append('file', blob, 'photo.jpg')
  return form
}
