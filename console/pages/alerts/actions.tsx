// What can be done with the chosen alert: confirm, reject for a numbered reason, dispatch to somebody, take back.
import { Button, Input } from 'antd'
import { type MouseEventHandler, useEffect, useState } from 'react'
import { REJECT_REASONS, type RejectReason } from '../../../core/incident.ts'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import type { Decision } from './use-decisions.ts'
import { ALERTS } from './words.ts'

/** The second click of a double click would be the next alert's. */
const once =
  (act: () => void): MouseEventHandler =>
  ({ detail }) => {
    if (detail <= 1) act()
  }

interface ActionsProps {
  /** Whether it waits, and this person may decide it now. */
  readonly open: boolean
  readonly claimedBy: string | undefined
  readonly groupSize: number
  readonly last: Decision | undefined
  confirm(): void
  startReject(whole: boolean): void
  dispatchTo(): void
  undo(): void
  takeOver(): void
  help(): void
}

export function Actions(props: ActionsProps) {
  const { open, claimedBy, groupSize, last } = props
  const words = useWords(ALERTS)
  const off = !open || claimedBy !== undefined
  return (
    <div className="alert-actions">
      {claimedBy && (
        <p className="alert-claimed" role="status">
          {words.claimedLong(claimedBy)}{' '}
          <Button size="small" onClick={props.takeOver}>
            <kbd>T</kbd> {words.takeOver}
          </Button>
        </p>
      )}
      <div className="alert-buttons">
        <Button type="primary" disabled={off} onClick={once(props.confirm)}>
          <kbd>Enter</kbd> {words.confirm}
        </Button>
        <Button disabled={off} onClick={() => props.startReject(false)}>
          <kbd>X</kbd> {words.reject}…
        </Button>
        <Button disabled={off} onClick={props.dispatchTo}>
          <kbd>D</kbd> {words.dispatchTo}…
        </Button>
        {groupSize > 1 && (
          <Button disabled={!open} onClick={() => props.startReject(true)}>
            <kbd>Shift X</kbd> {words.rejectGroup(groupSize)}…
          </Button>
        )}
        <span className="space" />
        <Undo last={last} undo={props.undo} />
        <Button type="text" className="alert-help" onClick={props.help} aria-label={words.help} title={words.help}>
          <kbd>?</kbd>
        </Button>
      </div>
    </div>
  )
}

function Undo({ last, undo }: Pick<ActionsProps, 'last' | 'undo'>) {
  const words = useWords(ALERTS)
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!last) return
    setNow(Date.now())
    const ticking = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(ticking)
  }, [last])
  if (!last?.undoUntil) return null
  const seconds = Math.max(0, Math.ceil((last.undoUntil - now) / 1_000))
  return (
    <Button className="alert-undo" onClick={undo} title={`${words.undoes[last.what]}：${last.label}`}>
      <kbd>U</kbd> {words.undo} <span className="alert-undo-label">{last.label}</span> <b>{seconds} s</b>
    </Button>
  )
}

interface RejectPanelProps {
  /** More than one: the whole group. */
  readonly count: number
  readonly note: string
  setNote(note: string): void
  reject(reason: RejectReason): void
  close(): void
}

/** Numbers choose while nobody types; the page's keys do that. */
export function RejectPanel({ count, note, setNote, reject, close }: RejectPanelProps) {
  const words = useWords(ALERTS)
  const { reasons } = useWords(DOMAIN)
  return (
    <fieldset className="alert-actions" aria-label={words.whyReject}>
      <p className="quiet">
        {words.whyReject} {count > 1 && <b>{words.wholeGroup(count)}</b>}
      </p>
      <div className="alert-buttons">
        {REJECT_REASONS.map((reason, index) => (
          <Button key={reason} onClick={once(() => reject(reason))}>
            <kbd>{index + 1}</kbd> {reasons[reason]}
          </Button>
        ))}
      </div>
      <div className="alert-buttons">
        <Input
          size="small"
          maxLength={500}
          value={note}
          placeholder={words.note}
          aria-label={words.note}
          onChange={event => setNote(event.target.value)}
          onKeyDown={event => {
            // What an input method is still composing is its own.
            if (event.nativeEvent.isComposing) return
            if (event.key === 'Escape') close()
            // Back to the numbers.
            if (event.key === 'Enter') event.currentTarget.blur()
          }}
        />
        <Button type="text" onClick={close}>
          <kbd>Esc</kbd> {words.cancel}
        </Button>
      </div>
    </fieldset>
  )
}
