// JSON schema as far as the options of rules use it, and whether a value keeps to it: the server decides, this says it at once.

export interface Schema {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array'
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
}

export function isSound(schema: Schema, value: unknown): boolean {
  if (schema.enum) return schema.enum.includes(value as string)
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' && (!schema.pattern || new RegExp(schema.pattern).test(value))
    case 'number':
    case 'integer':
      return isNumber(schema, value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'object':
      return isObject(schema, value)
    case 'array':
      return Array.isArray(value) && value.every((item, index) => isItem(schema, item, index))
    default:
      return true
  }
}

function isNumber(schema: Schema, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema
  return (
    value >= minimum &&
    value <= maximum &&
    value > exclusiveMinimum &&
    (schema.type === 'number' || Number.isInteger(value))
  )
}

function isObject({ properties = {}, required = [] }: Schema, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const entries = Object.entries(value)
  return (
    required.every(name => name in value) &&
    entries.every(([name, inner]) => {
      const of = properties[name]
      return of !== undefined && isSound(of, inner)
    })
  )
}

const isItem = ({ items, prefixItems }: Schema, item: unknown, index: number): boolean => {
  const of = prefixItems?.[index] ?? items
  return !of || isSound(of, item)
}

/** Whether all options keep to their schema. */
export const areSound = (schema: Schema, options: Readonly<Record<string, unknown>>): boolean =>
  isObject(schema, options)
