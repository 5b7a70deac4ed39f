// The frame around every page of the command centre: the bar, the menu, and the page itself.
import { CompassOutlined } from '@ant-design/icons'
import { Button, Result } from 'antd'
import { Suspense } from 'react'
import { BrowserRouter, Navigate, NavLink, Route, Routes, useLocation, useNavigate } from 'react-router'
import { useLanguage, useWords } from '../words/words.ts'
// Before the router: it must hear of Back first.
import './back-guard.ts'
import { useAlertsElsewhere } from './alerts-elsewhere.ts'
import { Bar } from './bar.tsx'
import { useOverdueSupervision } from './overdue-supervision.tsx'
import { PageBoundary } from './page-boundary.tsx'
import { PAGES, type PageEntry } from './pages.tsx'
import { useSession } from './session.tsx'
import { Starting } from './starting.tsx'
import { SHELL } from './words.ts'
import './frame.css'

export function Frame() {
  return (
    <BrowserRouter>
      <Framed />
    </BrowserRouter>
  )
}

function Framed() {
  const { may } = useSession()
  const words = useWords(SHELL)
  const location = useLocation()
  useOverdueSupervision()
  useAlertsElsewhere()
  const seen = PAGES.filter(({ needs }) => needs === undefined || may(needs))
  const first = seen.find(({ listed }) => listed !== false) ?? seen[0]
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <Bar />
      <Menu pages={seen.filter(({ listed }) => listed !== false)} />
      <main id="content" className="content" tabIndex={-1}>
        <PageBoundary key={location.pathname.split('/')[1]}>
          <Suspense fallback={<Starting />}>
            <Routes>
              <Route path="/" element={first && <Navigate to={`/${first.path}`} replace />} />
              {seen.map(({ path, inside, page: Page }) => (
                <Route key={path} path={`/${path}${inside ? `/${inside}` : ''}`} element={<Page />} />
              ))}
              <Route path="*" element={<NotFound />} />
            </Routes>
          </Suspense>
        </PageBoundary>
      </main>
    </div>
  )
}

function Menu({ pages }: { readonly pages: readonly PageEntry[] }) {
  const language = useLanguage()
  const words = useWords(SHELL)
  return (
    <nav className="menu" aria-label={words.pages}>
      {pages.map(({ path, icon, words: name }) => (
        <NavLink key={path} to={`/${path}`}>
          {icon}
          <span>{name[language]}</span>
        </NavLink>
      ))}
    </nav>
  )
}

function NotFound() {
  const words = useWords(SHELL)
  const navigate = useNavigate()
  return (
    <Result
      icon={<CompassOutlined className="not-found" />}
      title={words.notFound}
      subTitle={words.notFoundHint}
      extra={
        <Button type="primary" onClick={() => navigate('/')}>
          {words.home}
        </Button>
      }
    />
  )
}
