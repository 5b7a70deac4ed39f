// The options of a rule as a form, drawn from their JSON schema: defaults, limits and help texts are the rule's own.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, Collapse, Input, InputNumber, Select, Switch } from 'antd'
import { useId } from 'react'
import { DOMAIN } from '../../../words/domain.ts'
import { useLanguage, useWords } from '../../../words/words.ts'
import type { RuleForm } from '../devices-client.ts'
import { isSound, type Schema } from './option-schema.ts'
import { labelOf, wordOfValue } from './option-words.ts'
import { EDITOR } from './words.ts'
import '../labelled.css'

/** What is asked first; the rest is behind a fold. */
const FIRST: Readonly<Record<RuleForm['kind'], readonly string[]>> = {
  'illegal-parking': ['grace', 'clearAfter', 'severity', 'calendar'],
  crowding: ['threshold', 'clearBelow', 'hold', 'severity', 'calendar'],
  'overflowing-bin': ['every', 'within', 'severity', 'calendar'],
  'dirty-road': ['every', 'persist', 'pieces', 'severity', 'calendar'],
}

type Options = Readonly<Record<string, unknown>>

interface FormProps {
  readonly form: RuleForm
  readonly options: Options
  readonly readOnly: boolean
  /** @param field what was changed, so that what is typed in one go is taken back in one go */
  onChange(options: Options, field: string): void
}

export function OptionsForm({ form, options, readOnly, onChange }: FormProps) {
  const words = useWords(EDITOR)
  const fields = Object.entries((form.options as Schema).properties ?? {})
  const first = FIRST[form.kind]
  const draw = ([name, schema]: readonly [string, Schema]) => (
    <Field
      key={name}
      rule={form.kind}
      name={name}
      schema={schema}
      value={options[name]}
      readOnly={readOnly}
      onChange={value => onChange(withField(options, name, value), name)}
    />
  )
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length)
  const sorted = fields.toSorted(([a], [b]) => rank(a) - rank(b))
  const rest = sorted.filter(([name]) => !first.includes(name))
  const changed = rest.filter(([name]) => options[name] !== undefined).length
  return (
    <div className="options">
      {sorted.filter(([name]) => first.includes(name)).map(draw)}
      <Collapse
        ghost
        items={[{ key: 'rest', label: words.moreOptions(rest.length, changed), children: rest.map(draw) }]}
      />
    </div>
  )
}

/** What is undefined is as it is by default, and is not kept. */
function withField(options: Options, name: string, value: unknown): Options {
  const { [name]: _, ...others } = options
  return value === undefined ? others : { ...others, [name]: value }
}

interface FieldProps {
  readonly rule: string
  /** Of a field within another with the names before it: `calendar.from`. */
  readonly name: string
  readonly schema: Schema
  readonly value: unknown
  readonly readOnly: boolean
  onChange(value: unknown): void
}

function Field(props: FieldProps) {
  const { rule, name, schema, value, readOnly, onChange } = props
  const words = useWords(EDITOR)
  const language = useLanguage()
  const id = useId()
  const { label, help } = labelOf(rule, name, language, schema.description)
  const wrong = value !== undefined && !isSound(schema, value)
  const inner = schema.type === 'object' || (schema.type === 'array' && !schema.items?.enum)
  return (
    <div
      className={inner ? 'option inner' : 'option'}
      {...(inner && { role: 'group', 'aria-labelledby': `${id}-name` })}
    >
      <div className="option-head">
        {inner ? <span id={`${id}-name`}>{label}</span> : <label htmlFor={id}>{label}</label>}
        {value !== undefined && !readOnly && (
          <Button type="link" size="small" onClick={() => onChange(undefined)}>
            {words.toDefault}
          </Button>
        )}
      </div>
      <Control {...props} id={id} />
      {help && (
        <p className="option-help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {wrong && (
        <p className="option-wrong" role="alert">
          {schema.pattern?.includes('ms|s|m') ? words.badDuration : words.badValue}
        </p>
      )}
    </div>
  )
}

function Control(props: FieldProps & { readonly id: string }) {
  const { id, rule, name, schema, value, readOnly, onChange } = props
  const words = useWords(EDITOR)
  const language = useLanguage()
  const severities = useWords(DOMAIN).severities
  const usual = schema.default
  const own = { id, disabled: readOnly, 'aria-describedby': `${id}-help` }
  const nameOf = (one: string) => wordOfValue(one, language, severities)
  if (schema.enum) {
    return (
      <Select
        {...own}
        value={(value ?? usual) as string}
        options={schema.enum.map(one => ({
          value: one,
          label: one === usual ? words.usual(nameOf(one)) : nameOf(one),
        }))}
        onChange={chosen => onChange(chosen === usual ? undefined : chosen)}
      />
    )
  }
  switch (schema.type) {
    case 'boolean':
      return (
        <Switch {...own} checked={(value ?? usual) === true} onChange={on => onChange(on === usual ? undefined : on)} />
      )
    case 'number':
    case 'integer':
      return (
        <InputNumber
          {...own}
          value={(value as number | undefined) ?? null}
          placeholder={usual === undefined ? words.none : String(usual)}
          step={schema.type === 'integer' || (schema.maximum ?? 2) > 1 ? 1 : 0.05}
          {...(schema.minimum !== undefined && { min: schema.minimum })}
          {...(schema.maximum !== undefined && schema.maximum < 1e9 && { max: schema.maximum })}
          onChange={number => onChange(number ?? undefined)}
        />
      )
    case 'object':
      return (
        <div className="option-fields">
          {Object.entries(schema.properties ?? {})
            .filter(([inner]) => inner !== 'timeZone' || (value as Options | undefined)?.[inner] !== undefined)
            .map(([inner, of]) => (
              <Field
                key={inner}
                rule={rule}
                name={`${name}.${inner}`}
                schema={of}
                readOnly={readOnly}
                value={(value as Options | undefined)?.[inner] ?? innerDefault(schema, inner)}
                onChange={next => onChange(inObject(schema, value, inner, next))}
              />
            ))}
        </div>
      )
    case 'array':
      return schema.items?.enum ? (
        <Checkbox.Group
          disabled={readOnly}
          value={(value ?? usual ?? []) as string[]}
          options={schema.items.enum.map(one => ({ value: one, label: nameOf(one) }))}
          onChange={chosen => onChange(chosen.length === 0 ? undefined : chosen)}
        />
      ) : (
        <Rows {...props} />
      )
    default:
      return (
        <Input
          {...own}
          value={(value as string | undefined) ?? ''}
          placeholder={typeof usual === 'string' ? usual : words.none}
          onChange={event => onChange(event.target.value.trim() || undefined)}
        />
      )
  }
}

const innerDefault = (schema: Schema, name: string): unknown => (schema.default as Options | undefined)?.[name]

/** An object whose parts must all be said begins with its default. */
function inObject(schema: Schema, value: unknown, name: string, next: unknown): unknown {
  const before = schema.required
    ? { ...(schema.default as object), ...(value as object) }
    : (value as Options | undefined)
  const after = withField(before ?? {}, name, next)
  return Object.keys(after).length === 0 ? undefined : after
}

/** A list: texts of one line each, boxes, or rows of fields. */
function Rows({ id, rule, name, schema, value, readOnly, onChange }: FieldProps & { readonly id: string }) {
  const words = useWords(EDITOR)
  const { items } = schema
  const rows = (value ?? schema.default ?? []) as readonly unknown[]
  if (!items?.properties) {
    const text = rows.map(row => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n')
    return (
      <Input.TextArea
        id={id}
        disabled={readOnly}
        // Growing by itself it would write a style that the page's policy refuses.
        rows={2}
        placeholder={words.oneALine}
        value={text}
        onChange={event => onChange(rowsOf(event.target.value))}
      />
    )
  }
  const put = (index: number, row: unknown) => onChange(rows.map((old, at) => (at === index ? row : old)))
  return (
    <div className="option-rows">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is where it stands
        <div key={index} className="option-row">
          {Object.entries(items.properties ?? {}).map(([inner, of]) => (
            <Field
              key={inner}
              rule={rule}
              name={`${name}.${inner}`}
              schema={of}
              readOnly={readOnly}
              value={(row as Options)[inner]}
              onChange={next => put(index, withField(row as Options, inner, next))}
            />
          ))}
          {!readOnly && (
            <Button
              icon={<DeleteOutlined />}
              aria-label={words.removeRow(index + 1)}
              onClick={() => onChange(rows.filter((_, at) => at !== index))}
            />
          )}
        </div>
      ))}
      {!readOnly && (
        <Button size="small" icon={<PlusOutlined />} onClick={() => onChange([...rows, {}])}>
          {words.addRow}
        </Button>
      )}
    </div>
  )
}

function rowsOf(text: string): unknown {
  if (text.trim() === '') return undefined
  return text.split('\n').map(line => {
    if (!line.trim().startsWith('[')) return line
    try {
      return JSON.parse(line)
    } catch {
      return line
    }
  })
}
