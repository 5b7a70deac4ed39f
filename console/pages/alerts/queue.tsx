// The left column: what waits, with its switches, and the bar behind which new alerts wait while somebody reads.
import { BellFilled, BellOutlined, DesktopOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { App, Button, Empty, Result, Segmented, Skeleton } from 'antd'
import type { RefObject } from 'react'
import { Link } from 'react-router'
import { queries } from '../../client/queries.ts'
import type { Incident } from '../../client/records.ts'
import { letGo } from '../../parts/let-go.ts'
import { useWishes, type Wish } from '../../shell/attention.ts'
import { useWords } from '../../words/words.ts'
import type { Places } from './places.ts'
import { QueueList } from './queue-list.tsx'
import type { QueueOf, Queue as QueueState } from './use-queue.ts'
import { ALERTS } from './words.ts'

interface QueueProps {
  readonly queue: QueueState
  readonly of: QueueOf
  readonly chosen: number
  readonly places: Places
  readonly me: string
  readonly listRef: RefObject<HTMLDivElement | null>
  setOf(of: QueueOf): void
  choose(incident: Incident): void
  showHeld(): void
}

export function Queue({ queue, of, chosen, places, me, listRef, setOf, choose, showHeld }: QueueProps) {
  const words = useWords(ALERTS)
  return (
    <section className="alert-queue" aria-label={words.queue}>
      <header>
        <h1>{words.title}</h1>
        <Segmented
          size="small"
          onClick={letGo}
          aria-label={words.queue}
          value={of}
          options={[
            { value: 'pending', label: words.pending },
            { value: 'all', label: words.all },
          ]}
          onChange={setOf}
        />
        <span className="space" />
        <Switches />
      </header>
      <div className="alert-held" aria-live="polite">
        {queue.held > 0 && (
          <Button block size="small" onClick={showHeld}>
            <kbd>N</kbd> {words.held(queue.held)}
          </Button>
        )}
      </div>
      {queue.loading ? (
        <Skeleton active className="alert-skeleton" paragraph={{ rows: 8 }} title={false} />
      ) : queue.error && queue.rows.length === 0 ? (
        <Result
          status="warning"
          title={words.failed}
          extra={<Button onClick={() => queue.reload()}>{words.again}</Button>}
        />
      ) : queue.rows.length === 0 ? (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <p>{of === 'pending' ? words.emptyPending : words.emptyAll}</p>
              <p className="quiet">{of === 'pending' ? words.emptyPendingHint : words.emptyAllHint}</p>
            </>
          }
        />
      ) : (
        <QueueList
          rows={queue.rows}
          chosen={chosen}
          places={places}
          me={me}
          listRef={listRef}
          choose={choose}
          toggle={queue.toggle}
        />
      )}
      {queue.older && <Older queue={queue} of={of} />}
    </section>
  )
}

/** The list ends before the alerts do: how many there are, and the way to them. */
function Older({ queue, of }: Pick<QueueProps, 'queue' | 'of'>) {
  const words = useWords(ALERTS)
  const { data: counts } = useQuery(queries.counts())
  return (
    <footer className="alert-older">
      <span>
        {words.shownOf(queue.incidents.length + queue.held, of === 'pending' ? counts?.pendingIncidents : undefined)}
      </span>
      <span className="space" />
      <Button size="small" loading={queue.readingOlder} onClick={() => queue.showOlder()}>
        {words.older}
      </Button>
      {of === 'all' && <Link to="/search">{words.allOlder}</Link>}
    </footer>
  )
}

function Switches() {
  const words = useWords(ALERTS)
  const { message } = App.useApp()
  const wishes = useWishes()
  const turn = (wish: Wish): void => {
    void wishes.turn(wish, !wishes[wish]).then(done => done || message.warning(words.desktopRefused))
  }
  return (
    <>
      <Button
        type="text"
        size="small"
        aria-pressed={wishes.sound}
        title={words.sound}
        aria-label={words.sound}
        className={wishes.sound ? 'alert-on' : ''}
        icon={wishes.sound ? <BellFilled /> : <BellOutlined />}
        onClick={() => turn('sound')}
      />
      <Button
        type="text"
        size="small"
        aria-pressed={wishes.desktop}
        title={words.desktop}
        aria-label={words.desktop}
        className={wishes.desktop ? 'alert-on' : ''}
        icon={<DesktopOutlined />}
        onClick={() => turn('desktop')}
      />
    </>
  )
}
