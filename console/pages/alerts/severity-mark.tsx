// A severity: its colour never stands alone, the word is beside it.
import type { Severity } from '../../../core/observation.ts'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const { severities } = useWords(DOMAIN)
  return (
    <span className={`alert-severity ${severity}`}>
      <i aria-hidden="true" />
      {severities[severity]}
    </span>
  )
}
