// What of the board is shown: kept in the address, so that a number elsewhere can lead here.
import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Select } from 'antd'
import { useSearchParams } from 'react-router'
import { RULE_KINDS } from '../../../core/observation.ts'
import { queries } from '../../client/queries.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { jobQueries, type Tally } from './job-queries.ts'
import { JOBS } from './words.ts'

const NAMES = ['kind', 'street', 'team', 'worker', 'overdue', 'supervised'] as const
type FilterName = (typeof NAMES)[number]

/** What the server is asked for, always in the same order. */
export function filterOf(params: URLSearchParams): string {
  const filter = new URLSearchParams()
  for (const name of NAMES) {
    const value = params.get(name)
    if (value) filter.set(name, value)
  }
  return filter.toString()
}

export function BoardFilters({ tally }: { readonly tally: Tally | undefined }) {
  const words = useWords(JOBS)
  const { kinds } = useWords(DOMAIN)
  const { may } = useSession()
  const [params, setParams] = useSearchParams()
  const { data: cameras } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const { data: teams } = useQuery({ ...jobQueries.teams(), enabled: may('rota:read') })
  const { data: workers } = useQuery({ ...jobQueries.workers(), enabled: may('rota:read') })
  const set = (name: FilterName, value: string | undefined): void => {
    setParams(
      before => {
        const after = new URLSearchParams(before)
        if (value) after.set(name, value)
        else after.delete(name)
        return after
      },
      { replace: true },
    )
  }
  const streets = [...new Set(cameras?.items.map(({ streetId }) => streetId))].sort()
  const choices: readonly (readonly [FilterName, readonly { readonly value: string; readonly label: string }[]])[] = [
    ['kind', RULE_KINDS.map(kind => ({ value: kind, label: kinds[kind] }))],
    ['street', streets.map(street => ({ value: street, label: street }))],
    ['team', (teams?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))],
    ['worker', (workers?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))],
  ]
  return (
    <fieldset className="board-filters">
      {choices
        .filter(([, options]) => options.length > 1)
        .map(([name, options]) => (
          <Select
            key={name}
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={words.filters[name]}
            placeholder={words.filters[name]}
            value={params.get(name)}
            onChange={value => set(name, value ?? undefined)}
            options={[...options]}
          />
        ))}
      {(['overdue', 'supervised'] as const).map(name => (
        <Checkbox
          key={name}
          checked={params.get(name) === 'true'}
          onChange={({ target }) => set(name, target.checked ? 'true' : undefined)}
        >
          {words.filters[name]} {tally?.[name] ?? ''}
        </Checkbox>
      ))}
      {filterOf(params) && (
        <Button type="link" size="small" onClick={() => setParams({}, { replace: true })}>
          {words.clear}
        </Button>
      )}
    </fieldset>
  )
}
