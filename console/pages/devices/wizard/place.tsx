// What a camera is called and where it stands: shared by adding one and by changing one.

import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Input, InputNumber } from 'antd'
import { queries } from '../../../client/queries.ts'
import { useWords } from '../../../words/words.ts'
import { Labelled } from '../labelled.tsx'
import { WIZARD } from './words.ts'

export interface Place {
  readonly name: string
  readonly street: string
  readonly grid: string
  readonly lat: number | null
  readonly lon: number | null
}

const ID = /^[a-z0-9][a-z0-9._-]{0,62}$/
export const isId = (text: string): boolean => ID.test(text)

export const isPlaced = ({ name, street, grid, lat, lon }: Place): boolean =>
  name.trim() !== '' && isId(street) && isId(grid) && (lat === null) === (lon === null)

export const placeBody = ({ name, street, grid, lat, lon }: Place) => ({
  ...{ name: name.trim(), street, grid },
  position: lat === null || lon === null ? null : { lat, lon },
})

export function PlaceFields({ value, change }: { readonly value: Place; change(value: Place): void }) {
  const words = useWords(WIZARD)
  const { data } = useQuery(queries.cameras())
  const cameras = data?.items ?? []
  const known = (of: (camera: (typeof cameras)[number]) => string) =>
    [...new Set(cameras.map(of))].sort().map(one => ({ value: one }))
  const text = (field: 'street' | 'grid', options: readonly { readonly value: string }[]) => (
    <Labelled label={words[field]} help={value[field] !== '' && !isId(value[field]) ? words.badId : undefined}>
      {id => (
        <AutoComplete
          id={id}
          value={value[field]}
          options={[...options]}
          showSearch={{ filterOption: (typed, option) => option?.value.includes(typed.trim()) ?? false }}
          onChange={(next: string) => change({ ...value, [field]: next.trim() })}
        />
      )}
    </Labelled>
  )
  const degrees = (field: 'lat' | 'lon', limit: number) => (
    <Labelled label={words[field]}>
      {id => (
        <InputNumber
          id={id}
          min={-limit}
          max={limit}
          step={0.0001}
          value={value[field]}
          onChange={next => change({ ...value, [field]: next })}
        />
      )}
    </Labelled>
  )
  return (
    <>
      <Labelled label={words.name}>
        {id => (
          <Input
            id={id}
            maxLength={80}
            value={value.name}
            onChange={event => change({ ...value, name: event.target.value })}
          />
        )}
      </Labelled>
      {text(
        'street',
        known(({ streetId }) => streetId),
      )}
      {text(
        'grid',
        known(({ gridId }) => gridId),
      )}
      <div className="two">
        {degrees('lat', 90)}
        {degrees('lon', 180)}
      </div>
      <p className="option-help">{words.positionHelp}</p>
    </>
  )
}
