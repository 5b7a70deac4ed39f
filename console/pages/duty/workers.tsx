// The workers: who is on duty now, how much they have to do, what they can and where.
import { useQuery } from '@tanstack/react-query'
import { Button, Popconfirm, Table } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { segment } from '../../client/http.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN, wordOf } from '../../words/domain.ts'
import { listOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { rotaQueries, useChangeRota, useMayKeep } from './rota-queries.ts'
import type { Worker } from './week.ts'
import { DUTY } from './words.ts'
import { WorkerDialog } from './worker-dialog.tsx'

export function Workers() {
  const words = useWords(DUTY)
  const { kinds } = useWords(DOMAIN)
  const { may } = useSession()
  const mayKeep = useMayKeep()
  const change = useChangeRota()
  const { data: teams } = useQuery(rotaQueries.teams())
  const workers = useQuery(rotaQueries.workers())
  const [edited, setEdited] = useState<Worker | 'new'>()
  const teamOf = (id: string) => teams?.items.find(team => team.id === id)
  const kept = teams?.items.filter(({ id }) => mayKeep(id)) ?? []
  return (
    <>
      {may('rota:manage') && kept.length > 0 && (
        <p>
          <Button onClick={() => setEdited('new')}>{words.worker.add}</Button>
        </p>
      )}
      <Table<Worker>
        rowKey="id"
        size="small"
        loading={workers.isPending}
        pagination={false}
        scroll={{ x: 760 }}
        dataSource={[...(workers.data?.items ?? [])]}
        locale={{
          emptyText: <Nothing of={workers} title={words.worker.none} hint={words.worker.noneHint} />,
        }}
        columns={[
          {
            title: words.worker.name,
            render: (_, { name, leader, active }) => (
              <>
                <b>{name}</b> {leader && <small>★ {words.worker.leader}</small>}
                {!active && <small> {words.worker.left}</small>}
              </>
            ),
          },
          {
            title: words.team,
            render: (_, { teamId }) => teamOf(teamId)?.name ?? teamId,
            sorter: (one, other) => one.teamId.localeCompare(other.teamId),
          },
          {
            title: words.worker.now,
            render: (_, { onShift }) => (
              <span className={onShift ? 'on-now' : 'off-now'}>
                {onShift ? `● ${words.onNow}` : `○ ${words.offNow}`}
              </span>
            ),
            sorter: (one, other) => Number(other.onShift) - Number(one.onShift),
          },
          {
            title: words.worker.loadTitle,
            render: (_, { id, openJobs, loadCap }) => (
              <Link to={`/jobs?worker=${encodeURIComponent(id)}`}>{words.worker.load(openJobs, loadCap)}</Link>
            ),
            sorter: (one, other) => one.openJobs - other.openJobs,
          },
          {
            title: words.worker.skills,
            render: (_, { skills, teamId }) =>
              listOf((skills ?? teamOf(teamId)?.skills ?? []).map(skill => wordOf(kinds, skill))),
          },
          { title: words.worker.grids, render: (_, { grids }) => (grids ? listOf(grids) : words.worker.team) },
          {
            title: '',
            render: (_, worker) =>
              mayKeep(worker.teamId) && (
                <>
                  <Button size="small" type="link" onClick={() => setEdited(worker)}>
                    {words.worker.edit}
                  </Button>
                  <Popconfirm
                    title={words.removeSure}
                    okText={words.remove}
                    cancelText={words.cancel}
                    onConfirm={() => change(`/api/workers/${segment(worker.id)}`, {}, 'DELETE')}
                  >
                    <Button size="small" type="link" danger>
                      {words.remove}
                    </Button>
                  </Popconfirm>
                </>
              ),
          },
        ]}
      />
      {edited && (
        <WorkerDialog worker={edited === 'new' ? undefined : edited} teams={kept} onDone={() => setEdited(undefined)} />
      )}
    </>
  )
}
