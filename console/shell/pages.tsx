// The pages of the command centre: where each lies, who sees it, and the module that is loaded when it is opened.
import {
  AlertOutlined,
  AudioMutedOutlined,
  BarChartOutlined,
  ControlOutlined,
  EnvironmentOutlined,
  FileDoneOutlined,
  FormOutlined,
  SearchOutlined,
  SendOutlined,
  SettingOutlined,
  TeamOutlined,
  UserOutlined,
  VideoCameraOutlined,
} from '@ant-design/icons'
import { type ComponentType, lazy, type ReactNode } from 'react'
import type { Action } from '../../api/authorize.ts'

export interface PageEntry {
  /** The first segment of its address; api/console-page.ts serves the console there. */
  readonly path: string
  /** Segments of its own after that, as React Router writes them. */
  readonly inside?: string
  readonly words: { readonly zh: string; readonly en: string }
  readonly icon: ReactNode
  /** Who sees it; everybody, if left out. */
  readonly needs?: Action
  /** False for what is reached from elsewhere than the menu. */
  readonly listed?: false
  readonly page: ComponentType
}

/** In the order of the menu; the first that somebody may see is where they start. */
export const PAGES: readonly PageEntry[] = [
  {
    path: 'alerts',
    inside: ':id?',
    words: { zh: '预警', en: 'Alerts' },
    icon: <AlertOutlined />,
    needs: 'incident:read',
    page: lazy(() => import('../pages/alerts/alerts-page.tsx')),
  },
  {
    path: 'wall',
    words: { zh: '视频墙', en: 'Wall' },
    icon: <VideoCameraOutlined />,
    needs: 'camera:watch',
    page: lazy(() => import('../pages/wall/wall-page.tsx')),
  },
  {
    path: 'map',
    words: { zh: '地图', en: 'Map' },
    icon: <EnvironmentOutlined />,
    needs: 'camera:read',
    page: lazy(() => import('../pages/map/map-page.tsx')),
  },
  {
    path: 'jobs',
    inside: ':id?',
    words: { zh: '工单', en: 'Jobs' },
    icon: <FileDoneOutlined />,
    needs: 'job:read',
    page: lazy(() => import('../pages/jobs/jobs-page.tsx')),
  },
  {
    path: 'report',
    words: { zh: '上报', en: 'Report' },
    icon: <FormOutlined />,
    needs: 'incident:report',
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
    path: 'figures',
    words: { zh: '统计', en: 'Figures' },
    icon: <BarChartOutlined />,
    needs: 'kpi:read',
    page: lazy(() => import('../pages/figures/figures-page.tsx')),
  },
  {
    path: 'devices',
    inside: '*',
    words: { zh: '设备', en: 'Devices' },
    icon: <ControlOutlined />,
    needs: 'camera:read',
    page: lazy(() => import('../pages/devices/devices-page.tsx')),
  },
  {
    path: 'mutes',
    words: { zh: '布控', en: 'Mutes' },
    icon: <AudioMutedOutlined />,
    needs: 'mute:read',
    page: lazy(() => import('../pages/mutes/mutes-page.tsx')),
  },
  {
    path: 'duty',
    inside: ':tab?',
    words: { zh: '值班', en: 'Duty' },
    icon: <TeamOutlined />,
    needs: 'duty:read',
    page: lazy(() => import('../pages/duty/duty-page.tsx')),
  },
  {
    path: 'deliveries',
    words: { zh: '投递', en: 'Deliveries' },
    icon: <SendOutlined />,
    needs: 'delivery:read',
    page: lazy(() => import('../pages/deliveries/deliveries-page.tsx')),
  },
  {
    path: 'system',
    inside: ':tab?',
    words: { zh: '系统', en: 'System' },
    icon: <SettingOutlined />,
    needs: 'register:read',
    page: lazy(() => import('../pages/system/system-page.tsx')),
  },
  {
    path: 'account',
    words: { zh: '我的账户', en: 'My account' },
    icon: <UserOutlined />,
    listed: false,
    page: lazy(() => import('../pages/account/account-page.tsx')),
  },
]
