// Where the phone is: for distances on the page, and for the command centre where its owner shares it and is on duty.
import { useEffect, useState } from 'react'
import type { Position } from '../../core/geo.ts'
import { command } from '../client/http.ts'

/** Of each person: who comes to this phone next has allowed nothing. */
const keyOf = (name: string): string => `jiemu.field.share.${name}`
/** The server keeps the newest alone; in half a minute an e-bike is 200 m further. */
const REPORT_MS = 30_000

export const sharesPosition = (name: string): boolean => localStorage.getItem(keyOf(name)) === 'yes'
export const sharePosition = (name: string, shares: boolean): void =>
  localStorage.setItem(keyOf(name), shares ? 'yes' : 'no')

export interface Whereabouts {
  readonly here: Position | null
  readonly failed: boolean
}

export interface Place extends Position {
  readonly accuracyM: number
}

/** Where the phone is now, for one report that its owner is writing; null where it does not say so in time. */
export function placeNow(): Promise<Place | null> {
  if (!('geolocation' in navigator)) return Promise.resolve(null)
  return new Promise(resolve =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude, accuracyM: coords.accuracy }),
      () => resolve(null),
      { enableHighAccuracy: true, maximumAge: 15_000, timeout: 20_000 },
    ),
  )
}

/** @param shares asks the phone at all; @param onShift tells the server, too */
export function useWhereabouts(shares: boolean, onShift: boolean): Whereabouts {
  const [found, setFound] = useState<Whereabouts>({ here: null, failed: false })
  useEffect(() => {
    if (!shares || !('geolocation' in navigator)) {
      setFound({ here: null, failed: false })
      return
    }
    let reportedAt = 0
    const watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        const here = { lat: coords.latitude, lon: coords.longitude }
        setFound({ here, failed: false })
        if (!onShift || Date.now() - reportedAt < REPORT_MS) return
        reportedAt = Date.now()
        const accuracyM = Math.min(1_000, Math.max(0, coords.accuracy))
        // One that is lost is no loss: the next is half a minute away.
        command('/api/me/position', { ...here, accuracyM, at: Math.round(timestamp) }).catch(() => undefined)
      },
      () => setFound(({ here }) => ({ here, failed: true })),
      { enableHighAccuracy: true, maximumAge: 15_000, timeout: 30_000 },
    )
    return () => navigator.geolocation.clearWatch(watch)
  }, [shares, onShift])
  return found
}
