// The zone that is edited: which one, from which version on, what has changed, and how it is saved, retired and restored.
import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useReducer, useState } from 'react'
import { useSearchParams } from 'react-router'
import { codeOf } from '../../../client/http.ts'
import type { Camera } from '../../../client/records.ts'
import { useTell } from '../../../shell/notices.ts'
import { useWords } from '../../../words/words.ts'
import { deviceQueries, restoreZone, retireZone, saveZone, type ZoneVersion } from '../devices-client.ts'
import { type Unsaved, useUnsaved } from '../unsaved.tsx'
import { begun, type History, type Step, take } from './draft.ts'
import { draftOf, emptyDraft, freeId, isSame } from './drafts.ts'
import { EDITOR } from './words.ts'

/** In the address, for a zone that is not there yet. */
export const NEW = ''

export interface EditedZone {
  /** Its id, `NEW`, or null where none is chosen. */
  readonly editing: string | null
  /** The version that it is changed from; null for a new one. */
  readonly base: number | null
  readonly history: History
  readonly dirty: boolean
  readonly saving: boolean
  readonly unsaved: Unsaved
  step(step: Step): void
  choose(id: string | null): Promise<void>
  save(): Promise<void>
  retire(): void
  restore(version: ZoneVersion): Promise<void>
}

export function useZone(camera: Camera, readOnly: boolean): EditedZone {
  const words = useWords(EDITOR)
  const tell = useTell()
  const client = useQueryClient()
  const { message, modal } = App.useApp()
  const [params, setParams] = useSearchParams()
  // The address follows: the router changes it when there is time, and a zone must not be edited while another is shown.
  const [wanted, setWanted] = useState(params.get('zone'))
  const known = camera.zones.find(({ id }) => id === wanted)
  const [begin, setBegin] = useState(() => (known ? draftOf(known) : emptyDraft()))
  const [base, setBase] = useState(known?.version ?? null)
  /** A zone that was just saved may not have come back in the list yet. */
  const [own, setOwn] = useState(known?.id)
  const [history, step] = useReducer(take, begin, begun)
  const [saving, setSaving] = useState(false)
  const editing =
    known?.id ??
    (wanted !== null && wanted !== NEW && wanted === own ? wanted : null) ??
    (wanted === NEW && !readOnly ? NEW : null)
  const draft = history.now
  const dirty = editing !== null && !isSame(draft, begin)
  const unsaved = useUnsaved(dirty)

  const open = (zone: Camera['zones'][number] | null, address: string | null): void => {
    const next = zone ? draftOf(zone) : emptyDraft()
    setBegin(next)
    setBase(zone?.version ?? null)
    setOwn(zone?.id)
    step({ type: 'begin', draft: next })
    setWanted(address)
    setParams(address === null ? {} : { zone: address }, { replace: true })
  }
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['cameras'] }),
      client.invalidateQueries({ queryKey: ['zone-versions', camera.id] }),
    ])
  const versionsOf = async () => (await client.ensureQueryData(deviceQueries.versions(camera.id))).items
  /** The steps before stay: what was saved can be taken back, too, and saved again. */
  const became = async (version: ZoneVersion): Promise<void> => {
    const now = draftOf(version)
    setBegin(now)
    setBase(version.version)
    setOwn(version.id)
    if (!isSame(now, draft)) step({ type: 'change', change: now })
    setWanted(version.id)
    setParams({ zone: version.id }, { replace: true })
    message.success(words.saved(version.name, version.version))
    await refresh()
  }

  return {
    ...{ editing, base, history, dirty, saving, unsaved, step },
    choose: async id => {
      if (id === editing || !(await unsaved.mayLeave())) return
      open(camera.zones.find(zone => zone.id === id) ?? null, id)
    },
    save: async () => {
      setSaving(true)
      try {
        const used = [...(await versionsOf()), ...camera.zones].map(({ id }) => id)
        const { closed, name, ...rest } = draft
        await became(
          await saveZone(camera.id, { ...rest, id: editing || freeId(draft.rule, used), base, name: name.trim() }),
        )
      } catch (error) {
        if (codeOf(error) !== 'version-stale') return tell(error)
        await refresh()
        const holds = (await versionsOf()).find(({ id, retiredAt }) => id === editing && retiredAt === null)
        if (holds) {
          setBase(holds.version)
          setBegin(draftOf(holds))
        }
        message.warning(words.stale)
      } finally {
        setSaving(false)
      }
    },
    retire: () => {
      if (!editing || base === null) return
      const { name } = draft
      modal.confirm({
        title: words.removeSure(name),
        okText: words.remove,
        cancelText: words.keep,
        okButtonProps: { danger: true },
        onOk: async () => {
          try {
            await retireZone(camera.id, editing, base)
            message.success(words.removed(name))
            open(null, null)
            await refresh()
          } catch (error) {
            tell(error)
          }
        },
      })
    },
    restore: async version => {
      try {
        const holds = camera.zones.find(({ id }) => id === version.id)
        await became(await restoreZone(camera.id, version.id, version.version, holds?.version ?? null))
      } catch (error) {
        tell(error)
      }
    },
  }
}
