// A severity as a colour, a shape and a word, so that nobody needs to see the colour.
import type { Severity } from '../../core/observation.ts'
import { DOMAIN } from '../words/domain.ts'
import { useWords } from '../words/words.ts'
import './severity-mark.css'

const SHAPES: Readonly<Record<Severity, string>> = { blue: '●', yellow: '◆', orange: '▲', red: '■' }

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const { severities } = useWords(DOMAIN)
  return (
    <span className={`severity-mark ${severity}`}>
      <span aria-hidden="true">{SHAPES[severity]}</span> {severities[severity]}
    </span>
  )
}
