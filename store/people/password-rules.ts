// Which passwords are taken: long enough, not the login name, not one that guessers try first.
import { JiemuError } from '../../core/errors.ts'
import { COMMON_PASSWORDS } from './guessable-passwords.ts'

const MIN_LENGTH = 10
/** Longer than any phrase; a limit because hashing costs the server. */
const MAX_LENGTH = 200
/** What must remain once the login name is taken out. */
const MIN_OWN = 6
const MIN_DIFFERENT = 5

/** The same password however a keyboard composes it (NIST SP 800-63B §5.1.1.2: NFKC before hashing). */
export const normalised = (password: string): string => password.normalize('NFKC')

/** Length counts before composition rules, of which there are none (NIST SP 800-63B). @throws JiemuError password-weak */
export function checkPassword(password: string, login: string): void {
  const text = normalised(password)
  const bare = text.toLowerCase()
  const letters = [...text]
  if (letters.length < MIN_LENGTH) throw weak(`has fewer than ${MIN_LENGTH} characters`)
  if (letters.length > MAX_LENGTH) throw weak(`has more than ${MAX_LENGTH} characters`)
  if (bare.includes(login) && [...bare.replaceAll(login, '')].length < MIN_OWN)
    throw weak('is hardly more than the login name')
  if (new Set(bare).size < MIN_DIFFERENT) throw weak('has too few different characters')
  if (COMMON_PASSWORDS.has(bare)) throw weak('is one of the commonest')
}

const weak = (problem: string): JiemuError => new JiemuError('password-weak', { problem })
