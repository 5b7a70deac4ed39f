// The queue: one row an alert, a burst in one row; only the rows that are seen exist in the page.
import { CaretDownOutlined, CaretRightOutlined, EyeOutlined } from '@ant-design/icons'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, type RefObject, useEffect, useRef } from 'react'
import type { Incident } from '../../client/records.ts'
import { SeverityMark } from '../../parts/severity-mark.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { measureOf, type Places } from './places.ts'
import { incidentOf, type QueueRow } from './queue-order.ts'
import { ALERTS } from './words.ts'

const ROW_PX = 72
const idOf = (index: number): string => `alert-row-${index}`

interface QueueListProps {
  readonly rows: readonly QueueRow[]
  /** Of the chosen row; -1 for none. */
  readonly chosen: number
  readonly places: Places
  /** Who one is: one's own claims are no news. */
  readonly me: string
  readonly listRef: RefObject<HTMLDivElement | null>
  choose(incident: Incident): void
  toggle(group: string): void
}

export function QueueList({ rows, chosen, places, me, listRef, choose, toggle }: QueueListProps) {
  const words = useWords(ALERTS)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => listRef.current,
    estimateSize: () => ROW_PX,
    getItemKey: index => rows[index]?.key ?? index,
    overscan: 6,
  })
  const keyOfChosen = rows[chosen]?.key
  const before = useRef<string | undefined>(undefined)
  useEffect(() => {
    // Only a choice moves the list; what comes in does not.
    if (keyOfChosen === undefined || keyOfChosen === before.current) return
    before.current = keyOfChosen
    virtual.scrollToIndex(chosen, { align: 'auto' })
  }, [keyOfChosen, chosen, virtual])
  return (
    <div
      ref={listRef}
      className="alert-rows"
      role="listbox"
      tabIndex={0}
      aria-label={words.queue}
      aria-activedescendant={chosen >= 0 ? idOf(chosen) : undefined}
    >
      <div className="alert-rows-all" role="presentation" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index]
          return (
            row && (
              <div key={key} role="presentation" className="alert-slot" style={{ transform: `translateY(${start}px)` }}>
                <Row
                  id={idOf(index)}
                  row={row}
                  chosen={index === chosen}
                  position={index + 1}
                  count={rows.length}
                  places={places}
                  me={me}
                  choose={choose}
                  toggle={toggle}
                />
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}

interface RowProps extends Pick<QueueListProps, 'places' | 'me' | 'choose' | 'toggle'> {
  readonly id: string
  readonly row: QueueRow
  readonly chosen: boolean
  readonly position: number
  readonly count: number
}

const Row = memo(function Row({ id, row, chosen, position, count, places, me, choose, toggle }: RowProps) {
  const words = useWords(ALERTS)
  const { kinds, reviews, physicals } = useWords(DOMAIN)
  const incident = incidentOf(row)
  if (!incident) return null
  const group = row.type === 'group' ? row : undefined
  const inGroup = row.type === 'incident' && row.inGroup
  const claim =
    incident.claim && incident.claim.holder !== me && incident.claim.until > Date.now() ? incident.claim : null
  const act = () => (group?.open ? toggle(group.name) : choose(incident))
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus and the keys
    // biome-ignore lint/a11y/useFocusableInteractive: an option of a listbox is told by aria-activedescendant
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      aria-setsize={count}
      aria-posinset={position}
      className={`alert-row ${incident.severity}${chosen ? ' chosen' : ''}${inGroup ? ' in-group' : ''}`}
      data-incident={group ? undefined : incident.id}
      data-group={group?.members.length}
      onClick={act}
    >
      <div className="alert-line">
        {group && (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys do it
          // biome-ignore lint/a11y/noStaticElementInteractions: inside an option nothing else may take the focus
          <span
            className="alert-fold"
            title={group.open ? words.groupClose : words.groupOpen}
            onClick={event => {
              event.stopPropagation()
              toggle(group.name)
            }}
          >
            {group.open ? <CaretDownOutlined /> : <CaretRightOutlined />}
          </span>
        )}
        <strong>{kinds[incident.kind]}</strong>
        <span className="quiet">{places.subjectOf(incident)}</span>
        <SeverityMark severity={incident.severity} />
        {places.cameraOf(incident.cameraId)?.generated && <span className="alert-generated">{words.generated}</span>}
        <span className="space" />
        {claim && !group && (
          <span className="alert-claim" title={words.claimed(claim.holder)}>
            <EyeOutlined /> {claim.holder}
          </span>
        )}
        {incident.review !== 'pending' && <span className="quiet">{reviews[incident.review]}</span>}
      </div>
      <div className="alert-line place">{places.placeOf(incident)}</div>
      <div className="alert-line quiet">
        {group ? (
          <span>{words.group(group.members.length)}</span>
        ) : (
          <>
            <time title={agoOf(incident.openedAt)} dateTime={new Date(incident.openedAt).toISOString()}>
              {whenOf(incident.openedAt)}
            </time>
            <span>{measureOf(incident)}</span>
            <span className="space" />
            {incident.physical === 'cleared' && <span>{physicals.cleared}</span>}
          </>
        )}
      </div>
    </div>
  )
})
