// Residents' reports as the API gets them: who reported is sealed before anything is stored, dispatch does the rest.
import { createHash } from 'node:crypto'
import type { Open311Settings } from '../api/open311/keys.ts'
import type { ApiPorts } from '../api/routes/route.ts'
import type { Dispatch } from '../dispatch/desk.ts'
import type { Reports as StoredReports } from '../store/reports.ts'

/** @returns undefined where the setting `open311` lets nobody report */
export function openReports(
  settings: Open311Settings | null,
  dispatch: Pick<Dispatch, 'report'>,
  stored: StoredReports,
): ApiPorts['residents'] {
  if (!settings) return undefined
  const elsewhere = { streetId: settings.street, gridId: settings.grid }
  return {
    settings,
    reports: {
      async take({ reporter, ...report }) {
        const reporterKey = createHash('sha256').update(JSON.stringify(reporter)).digest('hex')
        return dispatch.report({ ...report, reporter: stored.seal(reporter), reporterKey }, elsewhere)
      },
      list: wanted => stored.list(wanted),
    },
  }
}
