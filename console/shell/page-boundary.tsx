// Keeps the failure of one page from the others, and loads anew where the server has got newer pages meanwhile.
import { Button, Result } from 'antd'
import { Component, type ReactNode } from 'react'
import { inWords } from '../words/words.ts'
import { SHELL } from './words.ts'

const RELOADED = 'jiemu.reloaded-at'

/** A module of an older build is not served any more: its page is loaded anew, at most once a minute. */
function reloadFor(error: unknown): boolean {
  if (!(error instanceof TypeError) || !/module|import/i.test(error.message)) return false
  if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < 60_000) return false
  sessionStorage.setItem(RELOADED, String(Date.now()))
  location.reload()
  return true
}

export class PageBoundary extends Component<
  { readonly children: ReactNode },
  { readonly failed?: unknown; readonly reloading?: boolean }
> {
  override state: { readonly failed?: unknown; readonly reloading?: boolean } = {}

  static getDerivedStateFromError(error: unknown) {
    return { failed: error ?? true, reloading: reloadFor(error) }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    const words = inWords(SHELL)
    if (this.state.reloading) return <Result status="info" title={words.outdated} />
    return (
      <Result
        status="error"
        title={words.failed}
        subTitle={words.failedHint}
        extra={
          <Button type="primary" onClick={() => this.setState({ failed: undefined })}>
            {words.retry}
          </Button>
        }
      >
        <code>{String(this.state.failed)}</code>
      </Result>
    )
  }
}
