// What every page stands in: Ant Design in our theme and language, the cache of what was read, and who one is.
import { QueryClientProvider } from '@tanstack/react-query'
import { App, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { type ReactNode, useEffect, useState } from 'react'
import { createQueryClient } from '../client/queries.ts'
import { useLanguage } from '../words/words.ts'
import { NONCE } from './nonce.ts'
import { SessionGate } from './session.tsx'
import { themeOf, useLook, useStillness } from './theme.ts'

interface ProvidersProps {
  readonly dense: boolean
  readonly remembers?: boolean
  readonly children: ReactNode
}

export function Providers({ dense, remembers = false, children }: ProvidersProps) {
  const [client] = useState(createQueryClient)
  const language = useLanguage()
  const look = useLook()
  const still = useStillness()
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  return (
    <ConfigProvider
      csp={{ nonce: NONCE }}
      locale={language === 'zh' ? zhCN : enUS}
      theme={themeOf({ look, language, dense, still })}
      button={{ autoInsertSpace: false }}
    >
      <App notification={{ placement: 'bottomRight', maxCount: 3 }}>
        <QueryClientProvider client={client}>
          <SessionGate remembers={remembers}>{children}</SessionGate>
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  )
}
