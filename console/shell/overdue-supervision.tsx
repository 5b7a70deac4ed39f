// Tells operators, and whoever ordered it, once that a supervision has passed its time: as it happens, or when they come back.
import { App, Button } from 'antd'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { read, segment } from '../client/http.ts'
import type { Job, Page } from '../client/records.ts'
import { DOMAIN } from '../words/domain.ts'
import { whenOf } from '../words/format.ts'
import { useWords } from '../words/words.ts'
import { useSession } from './session.tsx'
import { SHELL } from './words.ts'

type Supervised = Pick<Job, 'id' | 'kind' | 'streetId' | 'gridId' | 'supervision'>

const TOLD = 'jiemu.supervisions-told'
const MOST_REMEMBERED = 200
/** What nobody saw for longer stands on the board, and need not interrupt anybody. */
const NEWS_FOR_MS = 86_400_000

/** @returns whether it was not told before, in any tab of this browser; from then on it was */
function firstTime(key: string): boolean {
  const told = JSON.parse(localStorage.getItem(TOLD) ?? '[]') as readonly string[]
  if (told.includes(key)) return false
  localStorage.setItem(TOLD, JSON.stringify([...told, key].slice(-MOST_REMEMBERED)))
  return true
}

export function useOverdueSupervision(): void {
  const { me, may, live } = useSession()
  const { notification } = App.useApp()
  const words = useWords(SHELL)
  const { kinds } = useWords(DOMAIN)
  const navigate = useNavigate()
  const reads = may('job:read')
  useEffect(() => {
    if (!reads) return
    const tell = ({ id, kind, streetId, gridId, supervision }: Supervised): void => {
      const { overdueAt, dueAt, by, reason } = supervision ?? {}
      if (overdueAt === undefined || dueAt === undefined || Date.now() - overdueAt > NEWS_FOR_MS) return
      if (me.role !== 'operator' && by !== me.name) return
      if (!firstTime(`${me.name} ${id} ${dueAt}`)) return
      const key = `supervision-${id}`
      notification.warning({
        key,
        duration: 0,
        // Below are the buttons of dialogs, on a phone.
        placement: 'topRight',
        title: words.supervisionOverdue(kinds[kind]),
        description: `${streetId} / ${gridId} · ${words.supervisionDue(by ?? '', whenOf(dueAt))} · ${reason}`,
        actions: (
          <Button
            size="small"
            type="primary"
            onClick={() => {
              notification.destroy(key)
              void navigate(`/jobs/${segment(id)}`)
            }}
          >
            {words.openJob}
          </Button>
        ),
      })
    }
    const catchUp = (): void =>
      void read<Page<Supervised>>('/api/board/cards?supervised=true&limit=50')
        .then(page => page.items.forEach(tell))
        // Whatever keeps it from being read is told by the rest of the page.
        .catch(() => undefined)
    catchUp()
    const stops = [live.on('job', tell), live.on('reset', catchUp)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [reads, live, me, notification, words, kinds, navigate])
}
