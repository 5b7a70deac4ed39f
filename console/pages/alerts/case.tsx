// The case: one incident's pictures, what can be done with it now, why it was raised, and what happened since.
import { LeftOutlined } from '@ant-design/icons'
import { Button, Result, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import type { IncidentDetail } from '../../client/records.ts'
import { SeverityMark } from '../../parts/severity-mark.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import type { Wish } from './frames.ts'
import { type Mode, Pictures } from './pictures.tsx'
import type { Places } from './places.ts'
import { isReported, Reported } from './reported.tsx'
import { History, Why } from './why.tsx'
import { ALERTS } from './words.ts'

interface CaseProps {
  readonly detail: IncidentDetail
  readonly places: Places
  readonly wish: Wish
  readonly mode: Mode
  setWish(wish: Wish): void
  setMode(mode: Mode): void
  back(): void
  /** The buttons. */
  readonly children: ReactNode
}

export function Case({ detail, places, wish, mode, setWish, setMode, back, children }: CaseProps) {
  const words = useWords(ALERTS)
  const { kinds, reviews, physicals } = useWords(DOMAIN)
  const { incident } = detail
  return (
    <>
      <header className="alert-head">
        <Button type="text" className="alert-back" icon={<LeftOutlined />} onClick={back} aria-label={words.back} />
        <h2>
          {kinds[incident.kind]} <span className="quiet">{places.subjectOf(incident)}</span>
        </h2>
        <SeverityMark severity={incident.severity} />
        <span className="alert-where">{places.placeOf(incident)}</span>
        <span className="space" />
        <span className="quiet">
          {reviews[incident.review]} · {physicals[incident.physical]}
          {incident.reopened > 0 && ` · ${words.reopened(incident.reopened)}`} ·{' '}
          <time title={agoOf(incident.openedAt)}>{whenOf(incident.openedAt)}</time>
        </span>
      </header>
      <Pictures
        key={incident.id}
        detail={detail}
        places={places}
        wish={wish}
        mode={mode}
        setWish={setWish}
        setMode={setMode}
      />
      {children}
      <div className="alert-below">
        {isReported(detail) ? <Reported detail={detail} /> : <Why incident={incident} places={places} />}
        <History events={detail.events} />
      </div>
      <p className="quiet alert-id">
        <code>{incident.id}</code>
      </p>
    </>
  )
}

export function CaseWaiting() {
  return (
    <div className="alert-stage">
      <Skeleton.Node active className="alert-waiting alone" />
      <Skeleton active paragraph={{ rows: 4 }} />
    </div>
  )
}

export function CaseEmpty() {
  const words = useWords(ALERTS)
  return (
    <div className="alert-nothing">
      <p>{words.emptyCase}</p>
      <p className="quiet">{words.emptyCaseHint}</p>
    </div>
  )
}

export function CaseFailed({ again }: { again(): void }) {
  const words = useWords(ALERTS)
  return <Result status="warning" title={words.failedCase} extra={<Button onClick={again}>{words.again}</Button>} />
}
