// The bar at the top and, on a phone, the tabs at the bottom.
import { byId, el, show } from './dom.js'
import { gridChips } from './grids.js'
import { currentLanguage, t } from './words.js'

export function drawBar(state, openTab) {
  const cameras = [...state.cameras.values()]
  const online = cameras.filter(({ health }) => health?.state === 'online').length
  const live = byId('live')
  live.className = `live ${state.connection}`
  live.textContent = t(state.connection)
  const { counts } = state
  const item = (number, word) => el('li', {}, el('b', {}, String(number)), ` ${word}`)
  show(
    byId('counts'),
    state.may('camera:read') && item(`${online}/${cameras.length}`, t('online')),
    counts && item(counts.pendingIncidents, t('pending')),
    counts && item(counts.openJobs, t('open')),
    counts?.overdueJobs > 0 && item(counts.overdueJobs, t('deadline.overdue')),
  )
  show(byId('grids'), gridChips(state))
  byId('person').textContent = state.me ? state.me.displayName : ''
  byId('person').title = state.me ? t(`role.${state.me.role}`) : ''
  byId('person').hidden = !state.me
  byId('language').textContent = currentLanguage() === 'zh' ? 'EN' : '中文'
  document.documentElement.lang = currentLanguage() === 'zh' ? 'zh-CN' : 'en'
  document.title = counts?.pendingIncidents ? `(${counts.pendingIncidents}) 街目 Jiemu` : '街目 Jiemu'
  show(
    byId('tabs'),
    ['alerts', 'jobs', 'cameras'].map(name =>
      el(
        'button',
        {
          type: 'button',
          'data-key': name,
          'aria-pressed': String(document.body.dataset.tab === name),
          onclick: () => openTab(name),
        },
        t(name),
      ),
    ),
  )
}
