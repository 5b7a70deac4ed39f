// 预警: the queue, the case and its consequence in three columns; hands on the keys, eyes from left to right.
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useNavigate, useNavigationType, useParams } from 'react-router'
import { REJECT_REASONS, type RejectReason } from '../../../core/incident.ts'
import { queries } from '../../client/queries.ts'
import type { Incident } from '../../client/records.ts'
import { callAttention } from '../../shell/attention.ts'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { SHELL } from '../../shell/words.ts'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { Actions, RejectPanel } from './actions.tsx'
import { Case, CaseEmpty, CaseFailed, CaseWaiting } from './case.tsx'
import { Consequence } from './consequence.tsx'
import { DispatchDialog, HelpDialog, ReasonDialog } from './dialogs.tsx'
import { FIRST_WISH, framesOf, shownOf, type Wish } from './frames.ts'
import { outlookOf } from './outlook.ts'
import type { Mode } from './pictures.tsx'
import { usePlaces } from './places.ts'
import { Queue } from './queue.tsx'
import { afterDeciding, incidentOf, indexOf, nextIncident } from './queue-order.ts'
import { useClaim } from './use-claim.ts'
import { useDecisions } from './use-decisions.ts'
import { type Keys, useKeys } from './use-keys.ts'
import { type QueueOf, useQueue } from './use-queue.ts'
import { ALERTS } from './words.ts'
import './alerts.css'

/** A row that came in a moment after a key was pressed would be decided by mistake. */
const READING_MS = 4_000
/** Whoever presses a key within this of a jump meant it for what stood there before. */
const JUMP_MS = 1_000
const isWide = (): boolean => matchMedia('(min-width: 900px)').matches

type Dialog = 'none' | 'dispatch' | 'help' | 'reason'

export default function AlertsPage() {
  const { id } = useParams()
  const { me, may } = useSession()
  const words = useWords(ALERTS)
  const { newAlert } = useWords(SHELL)
  const { kinds } = useWords(DOMAIN)
  const tell = useTell()
  const navigate = useNavigate()
  const places = usePlaces()
  const [of, setOf] = useState<QueueOf>('pending')
  const [dialog, setDialog] = useState<Dialog>('none')
  /** Those that were there when the reason was asked for; none while it is not. */
  const [rejecting, setRejecting] = useState<readonly string[]>([])
  const [note, setNote] = useState('')
  const [wish, setWish] = useState<Wish>(FIRST_WISH)
  const [mode, setMode] = useState<Mode>('picture')
  const listRef = useRef<HTMLDivElement>(null)
  const pressedAt = useRef(0)
  // The router draws what is chosen a moment later; the next key must not count from what is drawn.
  const target = useRef(id)
  const came = useNavigationType()
  useLayoutEffect(() => {
    // Back and forward: every other way here goes by `choose`.
    if (came === 'POP') target.current = id
  }, [id, came])

  const choose = useCallback(
    (chosen: string | undefined, replace = false) => {
      setRejecting([])
      setNote('')
      setWish(FIRST_WISH)
      setMode('picture')
      setDialog('none')
      target.current = chosen
      void navigate(chosen ? `/alerts/${encodeURIComponent(chosen)}` : '/alerts', { replace })
    },
    [navigate],
  )
  const reading = useCallback(
    () =>
      Date.now() - pressedAt.current < READING_MS ||
      (listRef.current !== null && (listRef.current.matches(':hover') || listRef.current.scrollTop > 8)),
    [],
  )
  const jumpedAt = useRef(0)
  // What failed comes back under hands that are at the next one: not while they are in a panel, and no key counts at once.
  const busy = useRef(false)
  busy.current = rejecting.length > 0 || dialog !== 'none'
  const decisions = useDecisions(([first], why) => {
    if (!first || (why === 'failed' && busy.current)) return
    if (why === 'failed') jumpedAt.current = Date.now()
    choose(first)
  })
  const announce = useCallback(
    (incident: Incident) =>
      callAttention(newAlert(kinds[incident.kind]), places.placeOf(incident), () => choose(incident.id)),
    [newAlert, kinds, places, choose],
  )
  const queue = useQueue(of, reading, decisions.decided, announce)
  const { rows } = queue
  const chosen = indexOf(rows, id)
  const row = rows[chosen]

  // Whoever sits at a large screen begins with the first.
  const first = rows[0] && incidentOf(rows[0])
  useEffect(() => {
    if (!id && first && isWide()) choose(first.id, true)
  }, [id, first, choose])

  const detailQuery = useQuery({ ...queries.incident(id ?? ''), enabled: id !== undefined })
  const detail = detailQuery.data?.incident.id === id ? detailQuery.data : undefined
  const outlook = useQuery({ ...outlookOf(id ?? ''), enabled: id !== undefined && detail !== undefined })
  const undecided = detail && !decisions.decided.has(detail.incident.id) ? detail.incident : undefined
  // What is decided here is claimed no more: the server would say, rightly, that it is over.
  const claim = useClaim(undecided)
  const waits = detail?.incident.review === 'pending' || detail?.incident.review === 'expired'
  const open = waits && may('incident:decide') && undecided !== undefined
  const group = useMemo(() => {
    if (!id || of !== 'pending') return []
    return rows.find(each => each.type === 'group' && each.members.some(member => member.id === id))
  }, [rows, id, of])
  const members = group && 'members' in group ? group.members : []
  const label = detail ? `${kinds[detail.incident.kind]} ${places.placeOf(detail.incident)}` : ''

  /** Chooses what comes after these, before they leave the list. */
  const moveOn = (ids: readonly string[]): void => {
    const free = ({ claim }: Incident): boolean => !claim || claim.holder === me.name || claim.until < Date.now()
    const next = afterDeciding(rows, new Set(ids), free)
    choose(isWide() || next ? next?.id : undefined)
  }
  // What is decided is what is seen, and nothing while the next is being drawn.
  const drawn = () => target.current === detail?.incident.id && Date.now() - jumpedAt.current > JUMP_MS
  const canDecide = open && claim.by === undefined
  const confirm = (to?: Parameters<typeof decisions.confirm>[2]): void => {
    if (!canDecide || !detail || !drawn()) return
    decisions.confirm(detail.incident.id, label, to)
    moveOn([detail.incident.id])
  }
  const reject = (reason: RejectReason): void => {
    if (!detail || !open || !drawn()) return
    const ids = rejecting
    decisions.reject(ids, ids.length > 1 ? words.group(ids.length) : label, reason, note)
    moveOn(ids)
  }
  const startReject = (whole: boolean): void => {
    if (!detail || !(whole ? open && members.length > 1 : canDecide)) return
    setRejecting(whole ? members.map(member => member.id) : [detail.incident.id])
  }
  const undo = (reason?: string): void => {
    void decisions.undo(reason).then(outcome => setDialog(outcome === 'reason-missing' ? 'reason' : 'none'))
  }
  const takeOver = (): void => {
    if (claim.by) claim.takeOver().catch(tell)
  }
  const move = (step: 1 | -1): void => {
    const from = indexOf(rows, target.current)
    const next = from < 0 ? first : nextIncident(rows, from, step)
    if (next) choose(next.id, true)
  }
  const turnPicture = (step: 1 | -1): void => {
    if (!detail) return
    const frames = framesOf(detail.evidence, wish)
    const now = frames.findIndex(({ moment }) => moment === shownOf(detail.evidence, wish)?.moment)
    const next = frames[(now + step + frames.length) % frames.length]
    if (next) setWish({ ...wish, moment: next.moment })
  }
  const fold = (wanted: boolean): void => {
    const holder = row?.type === 'group' ? row : group && 'name' in group ? group : undefined
    if (holder && holder.open !== wanted) queue.toggle(holder.name)
  }
  const showHeld = (): void => {
    queue.showHeld()
    if (listRef.current) listRef.current.scrollTop = 0
  }

  const base: Keys = {
    arrowdown: () => move(1),
    arrowup: () => move(-1),
    arrowright: () => fold(true),
    arrowleft: () => fold(false),
    enter: () => confirm(),
    x: () => startReject(false),
    'shift+x': () => startReject(true),
    d: () => canDecide && setDialog('dispatch'),
    u: () => undo(),
    t: takeOver,
    n: showHeld,
    '[': () => turnPicture(-1),
    ']': () => turnPicture(1),
    v: () => setMode(mode === 'live' ? 'picture' : 'live'),
    c: () => setMode(mode === 'clip' ? 'picture' : 'clip'),
    '?': () => setDialog('help'),
  }
  const numbers: Keys = {
    ...Object.fromEntries(REJECT_REASONS.map((reason, index) => [String(index + 1), () => reject(reason)])),
    escape: () => setRejecting([]),
  }
  const { enter: _confirm, ...others } = base
  const keys = rejecting.length === 0 ? base : { ...others, ...numbers }
  useKeys(
    Object.fromEntries(
      Object.entries(keys).map(([key, act]) => [
        key,
        () => {
          pressedAt.current = Date.now()
          act()
        },
      ]),
    ),
    dialog === 'none',
  )

  return (
    <div className={`alerts${id ? ' in-case' : ''}`}>
      <Queue
        queue={queue}
        of={of}
        chosen={chosen}
        places={places}
        me={me.name}
        listRef={listRef}
        setOf={setOf}
        choose={incident => choose(incident.id)}
        showHeld={showHeld}
      />
      <section className="alert-case" aria-label={words.case}>
        {!id && <CaseEmpty />}
        {id &&
          !detail &&
          (detailQuery.isError ? <CaseFailed again={() => void detailQuery.refetch()} /> : <CaseWaiting />)}
        {detail && (
          <Case
            detail={detail}
            places={places}
            wish={wish}
            mode={mode}
            setWish={setWish}
            setMode={setMode}
            back={() => choose(undefined)}
          >
            {may('incident:decide') &&
              (rejecting.length === 0 ? (
                <Actions
                  open={open}
                  claimedBy={waits ? claim.by : undefined}
                  groupSize={members.length}
                  last={decisions.last}
                  confirm={() => confirm()}
                  startReject={startReject}
                  dispatchTo={() => setDialog('dispatch')}
                  undo={() => undo()}
                  takeOver={takeOver}
                  help={() => setDialog('help')}
                />
              ) : (
                <RejectPanel
                  count={rejecting.length}
                  note={note}
                  setNote={setNote}
                  reject={reject}
                  close={() => setRejecting([])}
                />
              ))}
          </Case>
        )}
      </section>
      <aside className="alert-consequence" aria-label={words.consequence}>
        {detail && <Consequence detail={detail} places={places} choose={choose} />}
      </aside>
      {dialog === 'dispatch' && (
        <DispatchDialog
          outlook={outlook.data}
          choose={to => {
            setDialog('none')
            confirm(to)
          }}
          close={() => setDialog('none')}
        />
      )}
      {dialog === 'help' && <HelpDialog close={() => setDialog('none')} />}
      {dialog === 'reason' && <ReasonDialog take={undo} close={() => setDialog('none')} />}
    </div>
  )
}
