// A field for a password, which says so where Caps Lock is on: the commonest reason of a wrong one.
import { Input } from 'antd'
import type { PasswordProps } from 'antd/es/input'
import { type KeyboardEvent, useState } from 'react'
import { useWords } from '../words/words.ts'
import { SHELL } from './words.ts'

export function PasswordInput(props: PasswordProps) {
  const words = useWords(SHELL).signIn
  const [caps, setCaps] = useState(false)
  const look = (event: KeyboardEvent): void => setCaps(event.getModifierState('CapsLock'))
  return (
    <>
      <Input.Password {...props} onKeyDown={look} onKeyUp={look} />
      <span className="caps-lock" role="status">
        {caps && words.capsLock}
      </span>
    </>
  )
}
