// A sound and a notification of the desktop for what is new: only where somebody has asked for them, and remembered.
import { useState } from 'react'

export type Wish = 'sound' | 'desktop'
const KEYS: Readonly<Record<Wish, string>> = { sound: 'jiemu.alerts.sound', desktop: 'jiemu.alerts.desktop' }

/** One sound for a burst. */
const QUIET_MS = 2_000
let lastAt = 0
let audio: AudioContext | undefined

const isOn = (wish: Wish): boolean => localStorage.getItem(KEYS[wish]) === 'on'

/** Two short tones, the second higher: heard over a fan, forgotten at once. */
function ring(): void {
  audio ??= new AudioContext()
  void audio.resume()
  const begin = audio.currentTime
  for (const [index, frequency] of [660, 880].entries()) {
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    const from = begin + index * 0.16
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(0, from)
    volume.gain.linearRampToValueAtTime(0.18, from + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.15)
    tone.connect(volume).connect(audio.destination)
    tone.start(from)
    tone.stop(from + 0.16)
  }
}

/** @param show brings the alert under the eye */
export function callAttention(title: string, body: string, show: () => void): void {
  if (Date.now() - lastAt < QUIET_MS) return
  lastAt = Date.now()
  if (isOn('sound')) ring()
  if (isOn('desktop') && document.hidden && 'Notification' in globalThis && Notification.permission === 'granted') {
    const notice = new Notification(title, { body, tag: 'jiemu-alert', icon: '/icon.svg' })
    notice.onclick = () => {
      window.focus()
      show()
      notice.close()
    }
  }
}

export interface Wishes {
  readonly sound: boolean
  readonly desktop: boolean
  /** @returns false where the browser refuses it */
  turn(wish: Wish, on: boolean): Promise<boolean>
}

export function useWishes(): Wishes {
  const [on, setOn] = useState(() => ({ sound: isOn('sound'), desktop: isOn('desktop') }))
  return {
    ...on,
    async turn(wish, wanted) {
      const refused =
        wanted &&
        wish === 'desktop' &&
        (!('Notification' in globalThis) || (await Notification.requestPermission()) !== 'granted')
      if (refused) return false
      localStorage.setItem(KEYS[wish], wanted ? 'on' : 'off')
      setOn(before => ({ ...before, [wish]: wanted }))
      // The click allows the sounds that follow by themselves.
      if (wish === 'sound' && wanted) ring()
      return true
    },
  }
}
