// The pages of the room's day: what people report, look up and mute.
import { AudioMutedOutlined, FormOutlined, SearchOutlined } from '@ant-design/icons'
import { lazy } from 'react'

export const ROOM_PAGES = [
  {
    path: 'report',
    words: { zh: '上报', en: 'Report' },
    icon: <FormOutlined />,
    needs: 'incident:decide',
    page: lazy(() => import('../pages/report/report-page.tsx')),
  },
  {
    path: 'search',
    words: { zh: '检索', en: 'Search' },
    icon: <SearchOutlined />,
    needs: 'incident:read',
    page: lazy(() => import('../pages/search/search-page.tsx')),
  },
  {
    path: 'mutes',
    words: { zh: '布控', en: 'Mutes' },
    icon: <AudioMutedOutlined />,
    needs: 'mute:read',
    page: lazy(() => import('../pages/mutes/mutes-page.tsx')),
  },
] as const
