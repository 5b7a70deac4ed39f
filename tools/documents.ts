// The documents that follow from code: the catalogue of errors, and the kinds with their options.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CATALOGUE } from '../core/error-catalogue.ts'
import type { AnyKind } from '../core/kind.ts'
import { DETECTOR_KINDS } from '../detector/inference/kinds/index.ts'
import { RULE_TABLE } from '../detector/rules/kinds/index.ts'
import { TRANSITIONS } from '../dispatch/job-machine.ts'
import { destinationSchema } from '../dispatch/notifiers/destinations.ts'
import { NOTIFIER_KINDS } from '../dispatch/notifiers/kinds/index.ts'
import { SOURCE_KINDS } from '../streams/kinds/index.ts'
import { choiceTable } from './choice-table.ts'
import { figuresTable } from './figures.ts'
import { sizingTable } from './sizing-table.ts'

export const PORTS: readonly {
  readonly title: string
  readonly where: string
  readonly table: readonly AnyKind<never, unknown>[]
  /** What may be said beside the options of every kind. */
  readonly beside?: z.ZodType
}[] = [
  { title: 'Sources', where: 'a camera’s `source`', table: SOURCE_KINDS },
  {
    title: 'Detectors',
    where: 'chosen by the source: `recorded` for recorded detections, else `onnx`',
    table: DETECTOR_KINDS,
  },
  { title: 'Rules', where: 'a zone’s `rule` and `options`', table: RULE_TABLE },
  { title: 'Notifiers', where: 'the setting `notifiers`', table: NOTIFIER_KINDS, beside: destinationSchema },
]

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function errorsPage(): string {
  const rows = Object.entries(CATALOGUE).map(
    ([code, { message, hint, retryable, status }]) =>
      `| \`${code}\` | ${cell(message)} | ${cell(hint)} | ${retryable ? 'yes' : 'no'} | ${status} |`,
  )
  return `# Errors

Every error of the product, written from \`core/errors.ts\` by \`npm run docs\`. \`{…}\` stands for a detail of the case;
URLs lose their user name, password and query before anything can read them.

| code | what happened | what to do | retried | HTTP |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function kindsPage(): string {
  const sections = PORTS.map(({ title, where, table, beside }) => {
    const kinds = table.map(
      kind => `### \`${kind.name}\`\n\n${sentence(kind.summary)}\n\n${optionsTable(kind.options)}`,
    )
    const first = beside ? `Each may also say:\n\n${optionsTable(beside)}\n` : ''
    return `## ${title}\n\nWhere: ${where}.\n\n${first}${kinds.join('\n')}`
  })
  return `# Kinds and their options

Written from the tables of kinds by \`npm run docs\`. Durations are texts such as \`30s\`, \`7m\` or \`1h30m\`.

${sections.join('\n')}`
}

/** The machine of a job as people read it: what may happen, when, by whom, and what it leads to. */
function jobsPage(): string {
  const rows = TRANSITIONS.map(
    ({ event, from, to, by, starts = [], meets = [], stops = [], notByHandler, needsReason }) => {
      const deadlines = [
        ...starts.map(each => `starts ${each}`),
        ...meets.map(each => `meets ${each}`),
        ...stops.map(each => `stops ${each}`),
      ].join(', ')
      const rule = [notByHandler && 'not whoever handled it', needsReason && 'with a reason'].filter(Boolean).join(', ')
      const states = from.map(state => (state === null ? '–' : `\`${state}\``)).join(' ')
      const target = to === 'same' ? 'as it was' : `\`${to}\``
      return `| \`${event}\` | ${states} | ${target} | ${by.join(', ')}${rule && `; ${rule}`} | ${deadlines} |`
    },
  )
  return `# The machine of a job

Written from \`dispatch/job-machine.ts\` by \`npm run docs\`: nothing else decides what may happen to a job. A step whose key
was used before changes nothing; an illegal one is refused with a code, and changes nothing either.

| step | from | to | who may | deadlines |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`
}

function optionsTable(schema: z.ZodType): string {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const rows = Object.entries(shape.properties ?? {})
    .filter(([name]) => name !== 'kind')
    .map(([name, property]) => {
      if (typeof property === 'boolean') return `| \`${name}\` | | |`
      const byDefault = property.default === undefined ? '' : `\`${JSON.stringify(property.default)}\``
      const needed = shape.required?.includes(name) ? 'needed' : byDefault
      return `| \`${name}\` | ${cell(needed)} | ${cell(property.description ?? '')} |`
    })
  return rows.length > 0 ? `| option | default | |\n|---|---|---|\n${rows.join('\n')}\n` : 'No options.\n'
}

const FIGURES_BEGIN = '<!-- figures: written by `npm run docs` from benchmarks/results -->'
const FIGURES_END = '<!-- /figures -->'

const SIZING_BEGIN = '<!-- sizing: written by `npm run docs` from benchmarks/results/throughput*.json and soak.json -->'
const SIZING_END = '<!-- /sizing -->'
const CHOICE_BEGIN = '<!-- choice: written by `npm run docs` from benchmarks/results/dispatch-day.json -->'
const CHOICE_END = '<!-- /choice -->'

/** A page as it stands, with what lies between two marks written anew. */
function withTable(root: string, file: string, [begin, end]: readonly [string, string], table: string): string {
  const text = readFileSync(join(root, file), 'utf8')
  const before = text.slice(0, text.indexOf(begin) + begin.length)
  return `${before}\n\n${table}\n\n${text.slice(text.indexOf(end))}`
}

/** File name, from the root of the repository, and what must stand in it. */
export const DOCUMENTS: Readonly<Record<string, (root: string) => string>> = {
  'docs/errors.md': errorsPage,
  'docs/kinds.md': kindsPage,
  'docs/jobs.md': jobsPage,
  'docs/4-operations.md': root =>
    withTable(root, 'docs/4-operations.md', [SIZING_BEGIN, SIZING_END], sizingTable(root)),
  'docs/7-measuring.md': root => withTable(root, 'docs/7-measuring.md', [CHOICE_BEGIN, CHOICE_END], choiceTable(root)),
  'README.md': root => withTable(root, 'README.md', [FIGURES_BEGIN, FIGURES_END], figuresTable(root)),
}
