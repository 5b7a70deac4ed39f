// Who shall have a job: a person or a team of those who could be named, with the reason asked; what rules say against it, at once.
import { useQuery } from '@tanstack/react-query'
import { Alert, App, Button, Checkbox, Form, Modal, Radio, Skeleton } from 'antd'
import { useState } from 'react'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { type JobCard, jobQueries, type Names, type Offer } from './job-queries.ts'
import { ReasonInput } from './reason-input.tsx'
import { canHandOver } from './steps.ts'
import { useTakeStep } from './take-step.ts'
import { JOBS } from './words.ts'
import { OfferLine, TeamLine, teamKey, teamsFor } from './worker-dock.tsx'

export interface ReassignProps {
  readonly card: Pick<JobCard, 'id' | 'state' | 'teamId' | 'workerId' | 'kind' | 'placeId'>
  readonly names: Names
  /** Whom the card was dropped on. */
  readonly preset?: string | undefined
  readonly onDone: () => void
}

const SYSTEM = ''
const UNDO_S = 10

export function ReassignDialog({ card, names, preset = SYSTEM, onDone }: ReassignProps) {
  const words = useWords(JOBS)
  const { exclusions } = useWords(DOMAIN)
  const { notification } = App.useApp()
  const { data, isPending } = useQuery(jobQueries.candidates(card.id))
  const takeStep = useTakeStep()
  const [chosen, setChosen] = useState(preset)
  const [force, setForce] = useState(false)
  const [keep, setKeep] = useState(false)
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState('')
  const [sending, setSending] = useState(false)

  const people = data?.offers.filter(({ workerId }) => workerId !== null) ?? []
  const offer = people.find(({ workerId }) => workerId === chosen)
  const teams = teamsFor(data)
  const team = teams.find(({ teamId }) => teamKey(teamId) === chosen)
  const excluded = offer?.excluded ?? team?.excluded ?? null
  const handsOver = offer !== undefined && !excluded && canHandOver(card, offer.teamId)

  async function send(): Promise<void> {
    if (excluded && !force) return setMissing(words.reassign.forceNeeded)
    if (!reason.trim()) return setMissing(words.reassign.reasonNeeded)
    setSending(true)
    const named = offer?.workerId ? { workerId: offer.workerId } : team ? { teamId: team.teamId } : {}
    const said = offer
      ? words.reassign.done(offer.name ?? '')
      : team
        ? words.reassign.doneTeam(team.teamName)
        : words.reassign.doneSystem
    const step = keep && handsOver ? 'hand-over' : 'reassign'
    const forced = step === 'reassign' && excluded !== null ? { force: true } : {}
    const taken = await takeStep(step, card.id, { ...named, ...forced, reason: reason.trim() }, said)
    setSending(false)
    if (!taken) return
    offerUndo()
    onDone()
  }

  function offerUndo(): void {
    const { workerId, teamId } = card
    const name = names.worker(workerId) ?? names.team(teamId)
    const before = workerId ? { workerId } : teamId && { teamId }
    if (!before || !name) return
    const key = `back-${card.id}`
    const back = async (): Promise<void> => {
      notification.destroy(key)
      const body = { ...before, force: true, reason: words.reassign.backReason }
      await takeStep('reassign', card.id, body, words.reassign.done(name))
    }
    notification.info({
      key,
      title: words.reassign.title,
      duration: UNDO_S,
      placement: 'bottomRight',
      actions: (
        <Button size="small" type="primary" onClick={() => void back()}>
          {words.reassign.back(name)}
        </Button>
      ),
    })
  }

  const next = data?.next && (names.worker(data.next.workerId) ?? names.team(data.next.teamId))
  return (
    <Modal
      open
      title={`${words.reassign.title} · ${names.place(card)}`}
      okText={words.ask.send}
      cancelText={words.ask.cancel}
      confirmLoading={sending}
      onOk={() => void send()}
      onCancel={onDone}
      destroyOnHidden
    >
      <Form layout="vertical" component="div">
        <Form.Item label={words.reassign.who}>
          {isPending ? (
            <Skeleton active title={false} paragraph={{ rows: 4 }} />
          ) : (
            <Radio.Group
              className="offers"
              aria-label={words.reassign.who}
              value={chosen}
              onChange={({ target }) => {
                setChosen(target.value as string)
                setForce(false)
                setMissing('')
              }}
            >
              <Radio value={SYSTEM}>{next ? words.systemWould(next) : data ? words.systemNobody : words.system}</Radio>
              {teams.length > 0 && <h4>{words.reassign.teams}</h4>}
              {teams.map(each => (
                <Radio
                  key={each.teamId}
                  value={teamKey(each.teamId)}
                  disabled={card.workerId === null && card.teamId === each.teamId}
                  className={each.excluded ? 'passed-over' : ''}
                >
                  <TeamLine offer={each} />
                </Radio>
              ))}
              {people.length > 0 && <h4>{words.reassign.people}</h4>}
              {people.map(each => (
                <OfferRadio key={each.workerId} offer={each} has={each.workerId === card.workerId} />
              ))}
            </Radio.Group>
          )}
        </Form.Item>
        {excluded && (
          <Alert
            type="warning"
            showIcon
            title={(team ? words.reassign.teamAgainst : words.reassign.against)(exclusions[excluded])}
            description={
              <Checkbox checked={force} onChange={({ target }) => setForce(target.checked)}>
                {team ? words.reassign.teamForce : words.reassign.force}
              </Checkbox>
            }
          />
        )}
        {handsOver && (
          <Form.Item label={words.reassign.how}>
            <Radio.Group value={keep} onChange={({ target }) => setKeep(target.value as boolean)}>
              <Radio value={false}>{words.reassign.anew}</Radio>
              <Radio value={true}>{words.reassign.handOver}</Radio>
            </Radio.Group>
          </Form.Item>
        )}
        <ReasonInput
          label={words.reassign.reason}
          quick={words.reassign.reasons}
          value={reason}
          error={missing}
          onChange={text => {
            setReason(text)
            setMissing('')
          }}
        />
      </Form>
    </Modal>
  )
}

function OfferRadio({ offer, has }: { readonly offer: Offer; readonly has: boolean }) {
  const words = useWords(JOBS)
  return (
    <Radio value={offer.workerId ?? ''} disabled={has} className={offer.excluded ? 'passed-over' : ''}>
      <OfferLine offer={offer} />
      {has && <em> {words.reassign.now}</em>}
    </Radio>
  )
}
