// The way out: the session ends, the token is forgotten, and the page is loaded anew, so that nothing that was seen stays.
import { command, setToken } from '../client/http.ts'
import type { Me } from '../client/records.ts'

export async function signOut({ by }: Pick<Me, 'by'>): Promise<void> {
  if (by === 'session') await command('/api/session', {}, { method: 'DELETE' }).catch(() => undefined)
  setToken('')
  location.replace('/')
}
