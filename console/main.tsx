// The command centre 指挥中心: starts the page.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Frame } from './shell/frame.tsx'
import { trustOwnStyles } from './shell/nonce.ts'
import { Providers } from './shell/providers.tsx'
import { startLook } from './shell/theme.ts'

trustOwnStyles()
startLook('dark')
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Providers dense>
        <Frame />
      </Providers>
    </StrictMode>,
  )
}
