// JSON for people who open result files: what fits into a line stands in one.

const WIDTH = 120

/** As `JSON.stringify(value, null, 2)`, but a box is a line and not six. @param value must be JSON throughout */
export function resultJson(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value) ?? 'null'
  if (value === null || typeof value !== 'object' || indent.length + flat.length <= WIDTH) return flat
  const deeper = `${indent}  `
  const inner = Array.isArray(value)
    ? value.map(item => deeper + resultJson(item, deeper))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${resultJson(item, deeper)}`)
  const [begin, end] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return `${begin}\n${inner.join(',\n')}\n${indent}${end}`
}
