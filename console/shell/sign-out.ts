// The way out: the session ends, the token is forgotten, and the page is loaded anew, so that nothing that was seen stays.
import { command, Refused, setToken } from '../client/http.ts'
import type { Me } from '../client/records.ts'
import { forgetMe } from './last-me.ts'

/**
 * @param to where one comes out
 * @param leaving what else goes with whoever leaves
 * @throws Refused, TypeError where the server did not hear of it: the session lasts, and nobody must believe that it has ended
 */
export async function signOut(
  { by }: Pick<Me, 'by'>,
  to = '/',
  leaving: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  if (by === 'session') {
    await command('/api/session', {}, { method: 'DELETE' }).catch((error: unknown) => {
      if (!(error instanceof Refused && error.problem.status === 401)) throw error
    })
  }
  // The session has ended, whatever the phone does not forget.
  await leaving().catch(() => undefined)
  setToken('')
  forgetMe()
  location.replace(to)
}
