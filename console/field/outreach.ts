// How the page reaches its worker: push after a tap, a sound while it is open, and the word by which way a job was seen.
import { command, read, segment } from '../client/http.ts'

export type SeenWay = 'push' | 'link' | 'live' | 'poll' | 'list'

/** Opens without a network from the next time on. */
export async function installPage(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register('/field-worker.js', { scope: '/field' }).catch(() => undefined)
}

export interface Opened {
  readonly job: string
  readonly way: SeenWay
}

/** Which job the page was opened for, by a push message or a link; taken out of the address, so that it counts once. */
export function openedFor(): Opened | undefined {
  const query = new URLSearchParams(location.search)
  const [job, by] = [query.get('job'), query.get('by')]
  if (!job) return undefined
  history.replaceState(null, '', location.pathname)
  return { job, way: by === 'push' || by === 'link' ? by : 'list' }
}

/** A push message that was opened while the page is. @returns how to stop */
export function whenPushed(listener: (opened: Opened) => void): () => void {
  if (!('serviceWorker' in navigator)) return () => undefined
  const hear = ({ data }: MessageEvent<{ readonly job?: string }>): void => {
    if (data?.job) listener({ job: data.job, way: 'push' })
  }
  navigator.serviceWorker.addEventListener('message', hear)
  return () => navigator.serviceWorker.removeEventListener('message', hear)
}

const told = new Set<string>()
/** Jobs that a message or a link has led to: that came before the list. */
const ledTo = new Map<string, SeenWay>()
export const ledBy = ({ job, way }: Opened): unknown => ledTo.set(job, way)

/** Once for each assignment; what could not be said is said with the next drawing. */
export function saySeen(jobId: string, assignment: number, by: SeenWay): void {
  const key = `${jobId}:${assignment}`
  if (told.has(key)) return
  told.add(key)
  command(`/api/jobs/${segment(jobId)}/seen`, { by: ledTo.get(jobId) ?? by }).catch(() => told.delete(key))
}

export type PushState = 'missing' | 'off' | 'on' | 'denied' | 'failed'

/** A page that cannot be installed, or a push service out of reach, may never answer. */
const PUSH_PATIENCE_MS = 20_000

export async function pushState(): Promise<PushState> {
  if (!('PushManager' in window) || !('serviceWorker' in navigator)) return 'missing'
  if (Notification.permission === 'denied') return 'denied'
  return (await subscribed()) ? 'on' : 'off'
}

async function subscribed(): Promise<PushSubscription | null> {
  if (!('PushManager' in window) || !('serviceWorker' in navigator)) return null
  const registration = await navigator.serviceWorker.getRegistration('/field')
  return (await registration?.pushManager.getSubscription()) ?? null
}

/** The phone's subscription, where it has one, is of whoever works with the phone now. */
export async function renewPush(): Promise<void> {
  const subscription = await subscribed()
  if (subscription) await command('/api/push-subscriptions', subscription.toJSON()).catch(() => undefined)
}

/** Whoever leaves the phone gets no messages on it any more; a message that cannot be delivered ends it on the server. */
export async function endPush(): Promise<void> {
  await (await subscribed())?.unsubscribe().catch(() => false)
}

/** After a tap only. @returns failed where there is no reaching a push service, or ours did not take it in */
export async function startPush(): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied'
  const late = new Promise<PushState>(resolve => setTimeout(() => resolve('failed'), PUSH_PATIENCE_MS))
  return Promise.race([subscribe().catch((): PushState => 'failed'), late])
}

/** @throws Refused, DOMException */
async function subscribe(): Promise<PushState> {
  const registration = await navigator.serviceWorker.ready
  const { publicKey } = await read<{ readonly publicKey: string }>('/api/push-key')
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  })
  try {
    await command('/api/push-subscriptions', subscription.toJSON())
  } catch (error) {
    // Else the page would say of it that it is on.
    await subscription.unsubscribe()
    throw error
  }
  return 'on'
}

let audio: AudioContext | undefined
/** Browsers let a page sound only after somebody has touched it. */
addEventListener('pointerdown', () => {
  audio ??= new AudioContext()
  if (audio.state === 'suspended') void audio.resume()
})

/** Two short notes. */
export function sound(): void {
  if (audio?.state !== 'running') return
  for (const [index, frequency] of [660, 880].entries()) {
    const note = audio.createOscillator()
    const volume = audio.createGain()
    volume.gain.value = 0.2
    note.frequency.value = frequency
    note.connect(volume).connect(audio.destination)
    note.start(audio.currentTime + index * 0.18)
    note.stop(audio.currentTime + index * 0.18 + 0.15)
  }
}
