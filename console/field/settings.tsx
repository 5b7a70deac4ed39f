// What the worker decides: push, sharing the position, look and language; each says in plain words what it means.
import { useEffect, useState } from 'react'
import { useSession } from '../shell/session.tsx'
import { signOut } from '../shell/sign-out.ts'
import { chooseLook, useLook } from '../shell/theme.ts'
import { chooseLanguage, useLanguage, useWords } from '../words/words.ts'
import { endPush, type PushState, pushState, startPush } from './outreach.ts'
import { forgetSeen } from './pocket.ts'
import { FIELD } from './words.ts'

interface SettingsProps {
  readonly shares: boolean
  readonly failed: boolean
  readonly queued: number
  readonly onShare: (shares: boolean) => void
  readonly onClose: () => void
}

export function Settings({ shares, failed, queued, onShare, onClose }: SettingsProps) {
  const words = useWords(FIELD)
  const { me } = useSession()
  const look = useLook()
  const language = useLanguage()
  const [push, setPush] = useState<PushState>('missing')
  const [asking, setAsking] = useState(false)
  const [stays, setStays] = useState(false)
  useEffect(() => void pushState().then(setPush), [])
  const turnOn = async (): Promise<void> => {
    setAsking(true)
    setPush(await startPush())
    setAsking(false)
  }
  const leave = async (): Promise<void> => {
    setStays(false)
    await signOut(me, '/field', () => Promise.all([endPush(), forgetSeen()])).catch(() => setStays(true))
  }
  return (
    <section className="field-settings" aria-label={words.settings}>
      <h1>
        {me.displayName}
        <button type="button" className="field-back" onClick={onClose} aria-label={words.close}>
          ×
        </button>
      </h1>
      <h2>{words.push}</h2>
      <p>{push === 'missing' ? words.pushMissing : push === 'denied' ? words.pushDenied : words.pushWhy}</p>
      {push === 'failed' && (
        <p className="field-warning" role="alert">
          {words.pushFailed}
        </p>
      )}
      {(push === 'off' || push === 'failed') && (
        <button type="button" disabled={asking} onClick={() => void turnOn()}>
          {asking ? words.pushAsking : words.pushOn}
        </button>
      )}
      {push === 'on' && <p>✓ {words.pushIsOn}</p>}
      <h2>
        <label>
          <input type="checkbox" checked={shares} onChange={event => onShare(event.target.checked)} /> {words.share}
        </label>
      </h2>
      <p>{words.shareWhy}</p>
      {shares && failed && (
        <p className="field-warning" role="alert">
          {words.shareFailed}
        </p>
      )}
      <p>{words.dutyWhy}</p>
      <h2>
        <label>
          <input
            type="checkbox"
            checked={look === 'dark'}
            onChange={event => chooseLook(event.target.checked ? 'dark' : 'light')}
          />{' '}
          {words.dark}
        </label>
      </h2>
      <div className="field-small-steps">
        <button type="button" onClick={() => chooseLanguage(language === 'zh' ? 'en' : 'zh')}>
          {words.language}
        </button>
        <button type="button" onClick={() => void leave()}>
          {words.signOut}
        </button>
      </div>
      {stays && (
        <p className="field-warning" role="alert">
          {words.signOutFailed}
        </p>
      )}
      {queued > 0 && <p className="field-warning">{words.leaveQueued(queued)}</p>}
    </section>
  )
}
