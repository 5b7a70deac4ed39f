// What is shown in a list's place while it is not there; once it could not be read, that, and a way to try again.
import { Button, Result } from 'antd'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../words/words.ts'

const UNREAD = defineWords({
  zh: { failed: '没有读到，不能说这里是空的', again: '重试' },
  en: { failed: 'Could not be read: it may not be empty', again: 'Try again' },
})

/** Of a query, what is asked of it. */
export interface Read {
  readonly isPending: boolean
  readonly isError: boolean
  readonly error: Error | null
  refetch(): unknown
}

/** @param children what is said of it unless it could not be read; nothing, if left out */
export function Unread({ of, children = null }: { readonly of: Read; readonly children?: ReactNode }) {
  const words = useWords(UNREAD)
  if (!of.isError) return children
  const again = <Button onClick={() => void of.refetch()}>{words.again}</Button>
  return <Result status="warning" title={words.failed} subTitle={of.error?.message} extra={again} />
}
