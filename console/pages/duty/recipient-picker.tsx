// For whom a hand-over note is meant: somebody who can sign it, or a team, chosen from the coming shift first.
import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import type { z } from 'zod'
import type { recipientsSchema } from '../../../api/routes/hand-over.ts'
import { read } from '../../client/http.ts'
import { DOMAIN, wordOf } from '../../words/domain.ts'
import { listOf, timeOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { DUTY } from './words.ts'

type Recipients = z.output<typeof recipientsSchema>
type Group = 'next' | 'now' | 'others' | 'off'
const GROUPS: readonly Group[] = ['next', 'now', 'others', 'off']

/** A login has no colon in it. */
const TEAM = 'team:'

/** What is sent for what was chosen. */
export function meantBy(chosen: string | undefined): { readonly meantFor?: string; readonly meantForTeam?: string } {
  if (!chosen) return {}
  return chosen.startsWith(TEAM) ? { meantForTeam: chosen.slice(TEAM.length) } : { meantFor: chosen }
}

interface PickerProps {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (chosen: string | undefined) => void
}

/** Stands in a form, which gives it what is chosen. */
export function RecipientPicker({ id, value, onChange }: PickerProps) {
  const words = useWords(DUTY).note
  const { roles } = useWords(DOMAIN)
  const { data, isPending } = useQuery({
    queryKey: ['hand-over-recipients'],
    queryFn: ({ signal }) => read<Recipients>('/api/hand-over-recipients', signal),
    refetchInterval: 60_000,
  })
  const choices = [
    ...(data?.people ?? []).map(({ login, name, role, ...when }) => ({
      ...{ value: login, label: name, group: groupOf(when) },
      more: [wordOf(roles, role), login, from(when)].filter(Boolean).join(' · '),
    })),
    ...(data?.teams ?? []).map(({ id: team, name, workers, ...when }) => ({
      ...{ value: `${TEAM}${team}`, label: name, group: groupOf({ ...when, rota: true }) },
      more: [words.teamOf(listOf(workers)), from(when)].filter(Boolean).join(' · '),
    })),
  ]
  function from({ nextAt }: { readonly nextAt: number | null }): string {
    return nextAt === null ? '' : words.from(timeOf(nextAt).slice(0, 5))
  }
  return (
    <Select
      {...(id !== undefined && { id })}
      allowClear
      showSearch={{ filterOption: (typed, option) => `${option?.label} ${option?.more}`.includes(typed.trim()) }}
      loading={isPending}
      placeholder={words.meantForAny}
      value={value ?? null}
      onChange={chosen => onChange?.(chosen ?? undefined)}
      options={GROUPS.flatMap(group => {
        const those = choices.filter(choice => choice.group === group)
        return those.length > 0 ? [{ label: words.groups[group], title: group, more: '', options: those }] : []
      })}
      optionRender={({ label, data: choice }) => (
        <>
          {label} <small className="quiet">{choice.more}</small>
        </>
      )}
    />
  )
}

function groupOf({ nextAt, onNow, rota }: { nextAt: number | null; onNow: boolean; rota: boolean }): Group {
  if (nextAt !== null) return 'next'
  if (onNow) return 'now'
  return rota ? 'off' : 'others'
}
