// An empty list, and what to do about it; or that nobody knows whether it is one, since it could not be read.
import { Empty } from 'antd'
import type { ReactNode } from 'react'
import { type Read, Unread } from './unread.tsx'

interface NothingProps {
  /** The query that reads it, while nothing is said until it has; left out where that was looked at before. */
  readonly of?: Read
  readonly title: string
  /** What would be here, or what to do. */
  readonly hint?: string | undefined
  /** In a corner of a page. */
  readonly small?: boolean
  readonly className?: string
  /** Buttons. */
  readonly children?: ReactNode
}

export function Nothing({ of, title, hint, small = false, className, children }: NothingProps) {
  if (of?.isPending) return null
  const empty = (
    <Empty
      {...(small && { image: Empty.PRESENTED_IMAGE_SIMPLE })}
      {...(className && { className })}
      description={
        hint === undefined ? (
          title
        ) : (
          <>
            <b>{title}</b>
            <br />
            {hint}
          </>
        )
      }
    >
      {children}
    </Empty>
  )
  return of ? <Unread of={of}>{empty}</Unread> : empty
}
