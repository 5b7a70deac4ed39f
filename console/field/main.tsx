// The worker's page 移动单兵: starts the page.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { trustOwnStyles } from '../shell/nonce.ts'
import { Providers } from '../shell/providers.tsx'
import { startLook } from '../shell/theme.ts'
import { FieldPage } from './field-page.tsx'

trustOwnStyles()
startLook('light')
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Providers dense={false} remembers>
        <FieldPage />
      </Providers>
    </StrictMode>,
  )
}
