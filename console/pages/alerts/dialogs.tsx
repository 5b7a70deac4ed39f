// The dialogs of the queue: whom to dispatch to, what the keys do, and why an accepted job is taken back.
import { Input, Modal } from 'antd'
import { useState } from 'react'
import { DOMAIN } from '../../words/domain.ts'
import { distanceOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { nameOf } from './consequence.tsx'
import type { Outlook } from './outlook.ts'
import type { Recipient } from './use-decisions.ts'
import { ALERTS } from './words.ts'

interface DispatchDialogProps {
  readonly outlook: Outlook | undefined
  choose(to: Recipient): void
  close(): void
}

export function DispatchDialog({ outlook, choose, close }: DispatchDialogProps) {
  const words = useWords(ALERTS)
  const { exclusions } = useWords(DOMAIN)
  const [typed, setTyped] = useState('')
  const all = outlook?.offers ?? []
  const matching = all.filter(offer =>
    `${offer.name ?? ''} ${offer.teamName} ${offer.workerId ?? ''}`.includes(typed.trim()),
  )
  // Who could go first; of the others only a few, so that the list stays one glance.
  const offers = [
    ...matching.filter(({ excluded }) => !excluded),
    ...matching.filter(({ excluded }) => excluded).slice(0, 12),
  ]
  const open = offers.filter(({ excluded }) => !excluded)
  // A team that lists nobody is among the offers already.
  const teams = (outlook?.teams ?? []).filter(
    ({ teamName, chosen }) => chosen?.workerId && `${teamName} ${chosen.name ?? ''}`.includes(typed.trim()),
  )
  const take = ({ workerId, teamId }: (typeof offers)[number]): void => choose(workerId ? { workerId } : { teamId })
  return (
    <Modal open title={words.chooseWho} onCancel={close} footer={null} width={440} destroyOnHidden>
      {outlook?.joins ? (
        <p>{words.wouldJoin}</p>
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: numbers choose among the buttons inside
        <div
          className="alert-choose"
          onKeyDown={event => {
            const chosen = typed === '' && /^[1-9]$/.test(event.key) && open[Number(event.key) - 1]
            if (!chosen) return
            event.preventDefault()
            take(chosen)
          }}
        >
          <p className="quiet">{words.chooseHint}</p>
          <Input
            autoFocus
            allowClear
            size="small"
            aria-label={words.chooseWho}
            value={typed}
            onChange={event => setTyped(event.target.value)}
            onPressEnter={() => open[0] && take(open[0])}
          />
          {offers.length + teams.length === 0 && <p className="quiet">{words.noOffers}</p>}
          <ul>
            {offers.map(offer => {
              const number = open.indexOf(offer) + 1
              return (
                <li key={`${offer.teamId} ${offer.workerId}`}>
                  <button type="button" disabled={offer.excluded !== null} onClick={() => take(offer)}>
                    {number > 0 && number < 10 ? <kbd>{number}</kbd> : <span className="alert-no-key" />}
                    <span>{nameOf(offer, words.team)}</span>
                    {offer.name && <span className="quiet">{offer.teamName}</span>}
                    <span className="space" />
                    <span className="quiet">
                      {offer.excluded
                        ? exclusions[offer.excluded]
                        : [offer.distanceM !== null && words.away(distanceOf(offer.distanceM)), words.load(offer.load)]
                            .filter(Boolean)
                            .join(' · ')}
                    </span>
                  </button>
                </li>
              )
            })}
            {teams.map(({ teamId, teamName, chosen }) => (
              <li key={teamId}>
                <button type="button" onClick={() => choose({ teamId })}>
                  <span className="alert-no-key" />
                  <span>{teamName}</span>
                  <span className="quiet">{words.teamAny}</span>
                  <span className="space" />
                  <span className="quiet">{words.teamWould(chosen?.name ?? '')}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Modal>
  )
}

export function HelpDialog({ close }: { close(): void }) {
  const words = useWords(ALERTS)
  const keys = [
    ['↑ ↓', words.keys.move],
    ['← →', words.keys.fold],
    ['Enter', words.keys.confirm],
    ['X', words.keys.reject],
    ['Shift X', words.keys.group],
    ['D', words.keys.dispatch],
    ['U', words.keys.undo],
    ['T', words.keys.takeOver],
    ['[ ]', words.keys.picture],
    ['V C', words.keys.watch],
    ['N', words.keys.fresh],
    ['?', words.keys.help],
  ] as const
  return (
    <Modal open title={words.keysTitle} onCancel={close} footer={null} width={420}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the key that opened it closes it */}
      <div onKeyDown={event => event.key === '?' && close()}>
        <dl className="alert-keys">
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Modal>
  )
}

export function ReasonDialog({ take, close }: { take(reason: string): void; close(): void }) {
  const words = useWords(ALERTS)
  const [reason, setReason] = useState('')
  const given = reason.trim()
  return (
    <Modal
      open
      title={words.undoReason}
      okText={words.undo}
      cancelText={words.cancel}
      okButtonProps={{ disabled: !given }}
      onOk={() => take(given)}
      onCancel={close}
      width={420}
    >
      <Input
        autoFocus
        maxLength={500}
        value={reason}
        placeholder={words.undoReasonPlaceholder}
        aria-label={words.undoReason}
        onChange={event => setReason(event.target.value)}
        onPressEnter={() => given && take(given)}
      />
    </Modal>
  )
}
