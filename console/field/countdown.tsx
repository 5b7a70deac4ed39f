// How long there is until a deadline, or how long it has been over: with a word, not by colour alone.
import { useEffect, useState } from 'react'
import { countdownOf } from '../words/format.ts'
import { useWords } from '../words/words.ts'
import { FIELD } from './words.ts'

export function Countdown({ dueAt }: { readonly dueAt: number }) {
  const words = useWords(FIELD)
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const late = dueAt < now
  return (
    <time className={late ? 'field-countdown field-late' : 'field-countdown'} dateTime={new Date(dueAt).toISOString()}>
      {late ? words.over : words.left} {countdownOf(dueAt - now)}
    </time>
  )
}
