// The zone editor: a picture first; beside it what the zone is to do, what it would have done, and how it was before.
import { PlusOutlined, RedoOutlined, UndoOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Checkbox, Empty, Select, Tabs, Tooltip } from 'antd'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import type { Camera } from '../../../client/records.ts'
import { useSession } from '../../../shell/session.tsx'
import { DOMAIN } from '../../../words/domain.ts'
import { useWords } from '../../../words/words.ts'
import { deviceQueries } from '../devices-client.ts'
import { useJpeg } from '../jpeg.ts'
import { CountPanel } from './count-panel.tsx'
import { type Draft, flawOf, type History, type Step } from './draft.ts'
import { draftOf } from './drafts.ts'
import { counter } from './in-zone.ts'
import { areSound, type Schema } from './option-schema.ts'
import { TrialPanel } from './trial-panel.tsx'
import { type EditedZone, NEW, useZone } from './use-zone.ts'
import { VersionsPanel } from './versions-panel.tsx'
import { EDITOR } from './words.ts'
import { ZoneCanvas } from './zone-canvas.tsx'
import { ZoneSettings } from './zone-settings.tsx'
import './editor.css'

export function ZoneEditor({ camera }: { readonly camera: Camera }) {
  const words = useWords(EDITOR)
  const { may } = useSession()
  const readOnly = !may('camera:configure')
  const zone = useZone(camera, readOnly)
  const { editing, step } = zone
  const draft = zone.history.now
  const [boxes, setBoxes] = useState(true)
  const scene = useQuery({ ...deviceQueries.scene(camera.id), enabled: may('camera:confirm') })
  const seen = scene.data
  const picture = useJpeg(seen?.jpeg)
  const { widthPx, heightPx } = seen ?? camera.health ?? { widthPx: null, heightPx: null }
  const counts = counter(draft, editing !== null)

  const key = (event: KeyboardEvent): void => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
    if (!(event.ctrlKey || event.metaKey) || typing) return
    const name = event.key.toLowerCase()
    if (name !== 'z' && name !== 'y') return
    event.preventDefault()
    step({ type: name === 'z' && !event.shiftKey ? 'undo' : 'redo' })
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: undo and redo work wherever the focus is
    <div className="zone-editor" onKeyDown={key}>
      <header>
        <Link to={`/devices/${camera.id}`}>← {words.back}</Link>
        <h1>{camera.name}</h1>
        {editing !== null && !readOnly && <Steps history={zone.history} step={step} />}
      </header>
      <div className="zone-stage">
        <ZoneCanvas
          camera={camera}
          picture={picture}
          seen={boxes ? seen : null}
          aspect={(widthPx ?? 16) / (heightPx ?? 9)}
          draft={editing === null ? null : draft}
          editing={editing}
          readOnly={readOnly || editing === null}
          isCounted={counts.isCounted}
          step={step}
          choose={zone.choose}
        />
        <div className="zone-under">
          <Checkbox checked={boxes} onChange={event => setBoxes(event.target.checked)}>
            {words.showBoxes}
          </Checkbox>
          <span className="quiet">{seen ? words.live : words.waiting}</span>
          {editing !== null && seen && draft.closed && <span>{effectOf(draft, counts.of(seen), words)}</span>}
        </div>
        {editing !== null && !readOnly && <p className="quiet">{draft.closed ? words.editHint : words.drawHint}</p>}
      </div>
      <Panel camera={camera} zone={zone} readOnly={readOnly} seen={seen} />
      {zone.unsaved.dialog}
    </div>
  )
}

function Steps({ history, step }: { readonly history: History; step(step: Step): void }) {
  const words = useWords(EDITOR)
  const button = (type: 'undo' | 'redo', icon: ReactNode, none: boolean) => (
    <Tooltip title={words[type]}>
      <Button icon={icon} aria-label={words[type]} disabled={none} onClick={() => step({ type })} />
    </Tooltip>
  )
  return (
    <span className="zone-steps">
      {button('undo', <UndoOutlined />, history.past.length === 0)}
      {button('redo', <RedoOutlined />, history.future.length === 0)}
      <Button onClick={() => step({ type: 'change', change: { polygon: [], closed: false } })}>{words.redraw}</Button>
    </span>
  )
}

interface PanelProps {
  readonly camera: Camera
  readonly zone: EditedZone
  readonly readOnly: boolean
  readonly seen: Parameters<typeof CountPanel>[0]['seen']
}

function Panel({ camera, zone, readOnly, seen }: PanelProps) {
  const words = useWords(EDITOR)
  const kinds = useWords(DOMAIN).kinds
  const { data } = useQuery(deviceQueries.rules())
  const [tab, setTab] = useState('settings')
  const { editing, base, dirty, step } = zone
  const draft = zone.history.now
  const rules = data?.items ?? []
  const form = rules.find(({ kind }) => kind === draft.rule)
  const flaw = flawOf(draft)
  const sound = !form || areSound(form.options as Schema, draft.options)
  const why = flaw ? words.flaws[flaw] : sound ? (draft.name.trim() ? null : words.noName) : words.badOptions
  const versions = { camera: camera.id, present: camera.zones.map(({ id }) => id), readOnly, restore: zone.restore }
  const { minScore } = draft.options
  const trialZone = { zone: editing || null, rule: draft.rule, polygon: draft.polygon, options: draft.options }
  const tabs = [
    {
      key: 'settings',
      label: words.settings,
      children: (
        <ZoneSettings {...{ draft, rules, readOnly, step }} retire={editing === NEW ? undefined : zone.retire} />
      ),
    },
    !readOnly && {
      key: 'try',
      label: words.try,
      children: <TrialPanel camera={camera.id} zone={trialZone} flaw={flaw || !sound ? why : null} />,
    },
    draft.rule === 'crowding' &&
      !readOnly && {
        key: 'count',
        label: words.count,
        children: (
          <CountPanel
            camera={camera.id}
            polygon={draft.polygon}
            minScore={typeof minScore === 'number' ? minScore : undefined}
            saved={editing !== NEW}
            seen={seen}
            use={countScale => step({ type: 'change', change: { options: { ...draft.options, countScale } } })}
          />
        ),
      },
    {
      key: 'versions',
      label: words.versions,
      children: (
        <VersionsPanel
          {...versions}
          zone={editing}
          show={version => step({ type: 'change', change: draftOf(version) })}
        />
      ),
    },
  ].filter(one => one !== false)
  return (
    <aside className="zone-panel">
      <div className="zone-list">
        <Select
          aria-label={words.zones}
          value={editing}
          placeholder={words.zones}
          onChange={zone.choose}
          options={[
            ...camera.zones.map(({ id, name, rule, version }) => ({
              value: id,
              label: `${name} · ${kinds[rule]} · v${version}`,
            })),
            ...(editing === NEW ? [{ value: NEW, label: words.newZone }] : []),
          ]}
        />
        {!readOnly && (
          <Button icon={<PlusOutlined />} onClick={() => zone.choose(NEW)} disabled={editing === NEW}>
            {words.newZone}
          </Button>
        )}
      </div>
      {readOnly && <Alert type="info" title={words.readOnly} />}
      {editing === null ? (
        <>
          {camera.zones.length === 0 ? (
            <Empty description={words.noZones} />
          ) : (
            <p className="quiet">{words.chooseHint}</p>
          )}
          <VersionsPanel {...versions} zone={null} show={() => undefined} />
        </>
      ) : (
        <Tabs activeKey={tabs.some(({ key }) => key === tab) ? tab : 'settings'} onChange={setTab} items={tabs} />
      )}
      {editing !== null && !readOnly && (
        <footer>
          <Button
            type="primary"
            size="large"
            block
            loading={zone.saving}
            disabled={!dirty || why !== null}
            onClick={zone.save}
          >
            {dirty || editing === NEW ? words.save((base ?? 0) + 1) : words.unchanged}
          </Button>
          {dirty && why && (
            <p className="option-wrong" role="status">
              {why}
            </p>
          )}
        </footer>
      )}
    </aside>
  )
}

/** What the zone makes of what is there now, before it is saved. */
function effectOf(
  { rule, options }: Draft,
  { people, vehicles }: { readonly people: number; readonly vehicles: number },
  words: (typeof EDITOR)['zh'],
): string {
  if (rule !== 'crowding') return words.inZone(people, vehicles)
  const threshold = typeof options.threshold === 'number' ? options.threshold : 15
  return people >= threshold ? words.overThreshold(people, threshold) : words.underThreshold(people, threshold)
}
