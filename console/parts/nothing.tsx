// An empty list, or that nobody knows whether it is one, since it could not be read.
import { Button, Result } from 'antd'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../words/words.ts'

const NOTHING = defineWords({
  zh: { failed: '没有读到，不能说这里是空的', again: '重试' },
  en: { failed: 'Could not be read: it may not be empty', again: 'Try again' },
})

interface Read {
  readonly isError: boolean
  readonly error: Error | null
  refetch(): unknown
}

/** @param children what is said of a list that was read, and is empty */
export function Nothing({ of, children }: { readonly of: Read; readonly children: ReactNode }) {
  const words = useWords(NOTHING)
  if (!of.isError) return children
  const again = <Button onClick={() => void of.refetch()}>{words.again}</Button>
  return <Result status="warning" title={words.failed} subTitle={of.error?.message} extra={again} />
}
