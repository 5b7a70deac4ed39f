// The way out: the session ends, the token is forgotten, and the page is loaded anew, so that nothing that was seen stays.
import { command, setToken } from '../client/http.ts'
import type { Me } from '../client/records.ts'
import { forgetMe } from './last-me.ts'

/** @param to where one comes out */
export async function signOut({ by }: Pick<Me, 'by'>, to = '/'): Promise<void> {
  if (by === 'session') await command('/api/session', {}, { method: 'DELETE' }).catch(() => undefined)
  setToken('')
  forgetMe()
  location.replace(to)
}
