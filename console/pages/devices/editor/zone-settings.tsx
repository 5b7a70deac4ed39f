// What a zone is called and what it does: its rule, the rule's options, its place.
import { DeleteOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { DOMAIN } from '../../../words/domain.ts'
import { useWords } from '../../../words/words.ts'
import type { RuleForm } from '../devices-client.ts'
import { Labelled } from '../labelled.tsx'
import type { Draft, Step } from './draft.ts'
import { OptionsForm } from './options-form.tsx'
import { EDITOR } from './words.ts'

interface SettingsProps {
  readonly draft: Draft
  readonly rules: readonly RuleForm[]
  readonly readOnly: boolean
  step(step: Step): void
  /** Absent for a zone that is not there yet. */
  readonly retire?: (() => void) | undefined
}

export function ZoneSettings({ draft, rules, readOnly, step, retire }: SettingsProps) {
  const words = useWords(EDITOR)
  const kinds = useWords(DOMAIN).kinds
  const form = rules.find(({ kind }) => kind === draft.rule)
  return (
    <div className="zone-settings">
      <Labelled label={words.rule}>
        {id => (
          <Select
            id={id}
            disabled={readOnly}
            value={draft.rule}
            options={rules.map(({ kind }) => ({ value: kind, label: kinds[kind] }))}
            onChange={rule => step({ type: 'change', change: { rule, options: {} } })}
          />
        )}
      </Labelled>
      <Labelled label={words.name}>
        {id => (
          <Input
            id={id}
            disabled={readOnly}
            maxLength={80}
            value={draft.name}
            onChange={event => step({ type: 'change', change: { name: event.target.value }, stroke: 'name' })}
          />
        )}
      </Labelled>
      {form && (
        <OptionsForm
          key={draft.rule}
          form={form}
          options={draft.options}
          readOnly={readOnly}
          onChange={(options, field) => step({ type: 'change', change: { options }, stroke: `option-${field}` })}
        />
      )}
      <Labelled label={words.place} help={words.placeHelp}>
        {id => (
          <Input
            id={id}
            disabled={readOnly}
            maxLength={63}
            value={draft.place ?? ''}
            onChange={event =>
              step({ type: 'change', change: { place: event.target.value.trim() || null }, stroke: 'place' })
            }
          />
        )}
      </Labelled>
      {!readOnly && retire && (
        <Button danger icon={<DeleteOutlined />} onClick={retire}>
          {words.remove}
        </Button>
      )}
    </div>
  )
}
