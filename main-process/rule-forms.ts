// The rules' own tables as forms: each zone rule with its options as JSON schema, help texts and defaults included.
import { z } from 'zod'
import type { RuleForm } from '../api/setup-ports.ts'
import { ZONE_RULES } from '../core/observation.ts'
import { RULE_TABLE } from '../detector/rules/kinds/index.ts'

/** Of those that a person draws a zone for. */
export function ruleForms(): readonly RuleForm[] {
  return RULE_TABLE.flatMap(({ name, summary, options }) => {
    const kind = ZONE_RULES.find(rule => rule === name)
    if (!kind) return []
    const { $schema, ...schema } = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' })
    return [{ kind, summary, options: schema }]
  })
}
