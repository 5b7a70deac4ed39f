// What is shown before anything is known: a quiet mark, or that the server does not answer.
import { Alert, Spin } from 'antd'
import { useWords } from '../words/words.ts'
import { SHELL } from './words.ts'
import './starting.css'

export function Starting() {
  const words = useWords(SHELL)
  return (
    <div className="starting" role="status" aria-label={words.loading}>
      <Spin size="large" />
    </div>
  )
}

export function ServerAway() {
  const words = useWords(SHELL)
  return (
    <div className="starting">
      <Alert type="warning" showIcon title={words.away} description={words.awayHint} />
    </div>
  )
}
