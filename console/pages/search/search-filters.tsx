// The filters of a search: each stands in the address, so that a search can be kept and sent to a colleague.
import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Input, Select } from 'antd'
import dayjs from 'dayjs'
import { type ReactNode, useState } from 'react'
import { ORIGINS } from '../../../core/found-incident.ts'
import { queries } from '../../client/queries.ts'
import { DOMAIN } from '../../words/domain.ts'
import { dayOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { daysOf, type Mark, withMark } from './wish.ts'
import { SEARCH } from './words.ts'

interface Choice {
  readonly value: string
  readonly label: string
}
const choicesOf = (words: Readonly<Record<string, string>>): Choice[] =>
  Object.entries(words).map(([value, label]) => ({ value, label }))
const distinct = (values: readonly string[]): Choice[] =>
  [...new Set(values)].sort().map(value => ({ value, label: value }))

export function SearchFilters({
  address,
  onChange,
}: {
  readonly address: URLSearchParams
  readonly onChange: (next: URLSearchParams) => void
}) {
  const words = useWords(SEARCH)
  const domain = useWords(DOMAIN)
  const cameras = useQuery(queries.cameras()).data?.items ?? []
  const [street, camera] = [address.get('street'), address.get('camera')]
  const [all, setAll] = useState(false)
  const set = (mark: Mark, value: string | undefined) => onChange(withMark(address, mark, value))
  const choose = (mark: Mark, label: string, choices: Choice[]) => (
    <Labelled key={mark} label={label} id={`search-${mark}`}>
      <Select
        id={`search-${mark}`}
        aria-label={label}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={address.get(mark)}
        onChange={value => set(mark, value ?? undefined)}
        options={choices}
      />
    </Labelled>
  )
  const inStreet = cameras.filter(one => !street || one.streetId === street)
  const zones = cameras.find(({ id }) => id === camera)?.zones ?? []
  return (
    <search className={`search-filters ${all ? 'search-all' : ''}`} aria-label={words.filters}>
      <Written mark="text" label={words.text} hint={words.textHint} {...{ address, set }} />
      <Days address={address} onChange={onChange} />
      <Button className="search-unfold" aria-expanded={all} onClick={() => setAll(!all)}>
        {all ? words.fewer : words.moreFilters}
      </Button>
      {choose('kind', words.kind, choicesOf(domain.kinds))}
      {choose('severity', words.severity, choicesOf(domain.severities))}
      {choose('review', words.review, [...choicesOf(domain.reviews), { value: 'judged', label: words.judged }])}
      {choose('physical', words.physical, choicesOf(domain.physicals))}
      {choose(
        'job',
        words.jobState,
        choicesOf(domain.jobs).filter(({ value }) => value !== 'joined'),
      )}
      {choose(
        'origin',
        words.origin,
        ORIGINS.map(value => ({ value, label: words.origins[value] })),
      )}
      {choose('street', words.street, distinct(cameras.map(one => one.streetId)))}
      {choose('grid', words.grid, distinct(inStreet.map(one => one.gridId)))}
      {choose(
        'camera',
        words.camera,
        inStreet.map(({ id, name }) => ({ value: id, label: name })),
      )}
      {zones.length > 0 &&
        choose(
          'zone',
          words.zone,
          zones.map(({ id, name }) => ({ value: id, label: name })),
        )}
      <Written mark="by" label={words.by} hint={words.byHint} {...{ address, set }} />
      {[...address.keys()].length > 0 && (
        <Button className="search-clear" onClick={() => onChange(new URLSearchParams())}>
          {words.clear}
        </Button>
      )}
    </search>
  )
}

function Labelled({
  label,
  id,
  children,
}: {
  readonly label: string
  readonly id: string
  readonly children: ReactNode
}) {
  return (
    <div className="search-filter">
      <label htmlFor={id}>{label}</label>
      {children}
    </div>
  )
}

/** Asked for when it is written: with Enter, or when it is left. */
function Written({
  mark,
  label,
  hint,
  address,
  set,
}: {
  readonly mark: Mark
  readonly label: string
  readonly hint: string
  readonly address: URLSearchParams
  readonly set: (mark: Mark, value: string | undefined) => void
}) {
  const value = address.get(mark) ?? ''
  const take = (written: string) => written.trim() !== value && set(mark, written.trim())
  return (
    <Labelled label={label} id={`search-${mark}`}>
      <Input
        key={value}
        id={`search-${mark}`}
        allowClear
        maxLength={80}
        placeholder={hint}
        defaultValue={value}
        onBlur={event => take(event.target.value)}
        onPressEnter={event => take(event.currentTarget.value)}
        onClear={() => set(mark, undefined)}
      />
    </Labelled>
  )
}

function Days({
  address,
  onChange,
}: {
  readonly address: URLSearchParams
  readonly onChange: (next: URLSearchParams) => void
}) {
  const words = useWords(SEARCH)
  const { from, to } = daysOf(address)
  const set = (first: string | undefined, last: string | undefined) => {
    const next = new URLSearchParams(address)
    for (const [name, day] of [
      ['from', first],
      ['to', last],
    ] as const) {
      if (day) next.set(name, day)
      else next.delete(name)
    }
    onChange(next)
  }
  const today = dayjs(dayOf(Date.now()))
  const back = (days: number) => [today.subtract(days - 1, 'day'), today] as [dayjs.Dayjs, dayjs.Dayjs]
  return (
    <Labelled label={words.days} id="search-days">
      <DatePicker.RangePicker
        id={{ start: 'search-days', end: 'search-days-end' }}
        aria-label={words.days}
        allowEmpty={[true, true]}
        value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
        placeholder={[words.from, words.to]}
        presets={[
          { label: words.today, value: back(1) },
          { label: words.week, value: back(7) },
          { label: words.month, value: back(30) },
        ]}
        onChange={range => set(range?.[0]?.format('YYYY-MM-DD'), range?.[1]?.format('YYYY-MM-DD'))}
      />
    </Labelled>
  )
}
