// The job that another is a duplicate of, chosen among those of its camera and near it, by picture, distance and name.
import { useQuery } from '@tanstack/react-query'
import { Input, Radio, Skeleton } from 'antd'
import { useDeferredValue, useState } from 'react'
import type { z } from 'zod'
import type { mergeTargetsSchema } from '../../../api/routes/board.ts'
import { useEvidence } from '../../client/evidence.ts'
import { read, segment } from '../../client/http.ts'
import { SeverityMark } from '../../parts/severity-mark.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { distanceOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import type { Names } from './job-queries.ts'
import { JOBS } from './words.ts'

type Target = z.output<typeof mergeTargetsSchema>['items'][number]

interface PickerProps {
  readonly id: string
  readonly names: Names
  readonly chosen: string
  readonly onChoose: (id: string) => void
}

export function MergePicker({ id, names, chosen, onChoose }: PickerProps) {
  const words = useWords(JOBS).merge
  const [typed, setTyped] = useState('')
  const text = useDeferredValue(typed.trim())
  const query = useQuery({
    queryKey: ['merge-targets', id, text],
    queryFn: ({ signal }) =>
      read<z.output<typeof mergeTargetsSchema>>(
        `/api/jobs/${segment(id)}/merge-targets${text && `?${new URLSearchParams({ text })}`}`,
        signal,
      ),
    placeholderData: before => before,
    staleTime: 5_000,
  })
  const items = query.data?.items ?? []
  return (
    <>
      <Input
        allowClear
        maxLength={80}
        aria-label={words.search}
        placeholder={words.search}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      {query.isPending && <Skeleton active title={false} paragraph={{ rows: 5 }} />}
      {query.isSuccess && items.length === 0 && <p className="quiet">{text ? words.nothing : words.none}</p>}
      <Radio.Group
        className="merge-targets"
        aria-label={words.title}
        value={chosen}
        onChange={({ target }) => onChoose(target.value as string)}
      >
        {items.map(target => (
          <Radio key={target.id} value={target.id} aria-label={`${names.place(target)} ${target.id}`}>
            <TargetLine target={target} names={names} />
          </Radio>
        ))}
      </Radio.Group>
    </>
  )
}

function TargetLine({ target, names }: { readonly target: Target; readonly names: Names }) {
  const words = useWords(JOBS).merge
  const { kinds, jobs: states } = useWords(DOMAIN)
  const { because, distanceM, pictureId } = target
  const facts = [
    because === 'same-camera' ? words.sameCamera : distanceM === null ? words.unknownPlace : distanceOf(distanceM),
    states[target.state],
    names.holder(target),
  ]
  return (
    <span className="merge-target">
      <Thumbnail id={pictureId} />
      <span>
        <b>{names.place(target)}</b>
        <small>
          <SeverityMark severity={target.severity} /> · {kinds[target.kind]} · {whenOf(target.createdAt)}
        </small>
        <small>{facts.filter(Boolean).join(' · ')}</small>
      </span>
    </span>
  )
}

function Thumbnail({ id }: { readonly id: string | null }) {
  const words = useWords(JOBS).merge
  const picture = useEvidence(id ?? undefined)
  if (id !== null && picture.state === 'ready') return <img className="merge-picture" src={picture.url} alt="" />
  return <span className="merge-picture">{id === null || picture.state === 'failed' ? words.noPicture : ''}</span>
}
