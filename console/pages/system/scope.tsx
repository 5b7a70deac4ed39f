// Whose cases somebody sees: said in words, and chosen in a form, never by leaving something out.
import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio, Select } from 'antd'
import { queries } from '../../client/queries.ts'
import type { Me } from '../../client/records.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { listOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { SYSTEM } from './words.ts'

export type Scope = Me['scope']
export type Role = Me['role']

export function ScopeText({ scope }: { readonly scope: Scope }) {
  const words = useWords(SYSTEM)
  if (scope === 'district') return words.district
  if ('streets' in scope) return `${words.streets} ${listOf(scope.streets)}`
  return `${words.team} ${scope.team}`
}

/** As the form holds it. */
export interface ScopeTyped {
  readonly role: Role
  readonly within?: 'district' | 'streets' | 'team'
  readonly streets?: readonly string[]
  readonly team?: string
}

export const typedOf = (scope: Scope): Partial<ScopeTyped> =>
  scope === 'district'
    ? { within: 'district' }
    : 'streets' in scope
      ? { within: 'streets', streets: scope.streets }
      : { within: 'team', team: scope.team }

export function scopeOf({ within, streets = [], team = '' }: ScopeTyped): Scope {
  if (within === 'team') return { team: team.trim() }
  return within === 'streets' ? { streets: [...streets] } : 'district'
}

/** The role and its scope: workers and team leaders belong to a team, so that the whole district is not offered to them. */
export function RoleAndScope() {
  const words = useWords(SYSTEM)
  const roles = useWords(DOMAIN).roles
  const { may } = useSession()
  const { data } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const streets = [...new Set(data?.items.map(({ streetId }) => streetId))].sort()
  const form = Form.useFormInstance<ScopeTyped>()
  const role = Form.useWatch('role', form)
  const within = Form.useWatch('within', form)
  const field = role === 'worker' || role === 'team-leader'
  const rules = [{ required: true, message: words.required }]
  return (
    <>
      <Form.Item name="role" label={words.role} rules={rules}>
        <Select
          options={Object.entries(roles).map(([value, label]) => ({ value, label }))}
          onChange={value => {
            const ofATeam = value === 'worker' || value === 'team-leader'
            if (ofATeam && form.getFieldValue('within') !== 'streets') form.setFieldValue('within', 'team')
          }}
        />
      </Form.Item>
      <Form.Item name="within" label={words.scope} rules={rules} extra={words.scopeHint}>
        <Radio.Group
          optionType="button"
          options={[
            { value: 'district', label: words.district, disabled: field },
            { value: 'streets', label: words.streets },
            { value: 'team', label: words.team },
          ]}
        />
      </Form.Item>
      {within === 'streets' && (
        <Form.Item name="streets" label={words.streetsPick} rules={rules}>
          <Select mode="tags" options={streets.map(value => ({ value, label: value }))} />
        </Form.Item>
      )}
      {within === 'team' && (
        <Form.Item name="team" label={words.teamPick} rules={rules}>
          <Input maxLength={63} autoCapitalize="none" spellCheck={false} />
        </Form.Item>
      )}
    </>
  )
}
