// The errors about people: signing in, sessions, passwords, invitations and users.
import type { ErrorEntry } from './file-errors.ts'

export const PEOPLE_ERRORS = {
  'sign-in-failed': {
    message: 'the login name or the password is wrong',
    hint: 'Try again; an administrator can give you a link to choose a new password.',
    retryable: false,
    status: 401,
  },
  'sign-in-locked': {
    message: 'there were too many attempts; the next is possible in {seconds} s',
    hint: 'Wait, or let an administrator give you a link to choose a new password.',
    retryable: true,
    status: 429,
  },
  'sign-in-busy': {
    message: 'too many people sign in at this moment',
    hint: 'Try again in a few seconds.',
    retryable: true,
    status: 503,
  },
  'session-ended': {
    message: 'the session has ended',
    hint: 'Sign in again; you come back to where you were.',
    retryable: false,
    status: 401,
  },
  'session-needed': {
    message: 'this is for people who have signed in, not for a token',
    hint: 'Sign in with login name and password.',
    retryable: false,
    status: 409,
  },
  'csrf-refused': {
    message: 'the request {problem}',
    hint: 'Use the console of this server; programs use an API token instead of a cookie.',
    retryable: false,
    status: 403,
  },
  'password-weak': {
    message: 'the password {problem}',
    hint: 'Choose at least 10 characters that nobody would guess: four words that do not belong together are good.',
    retryable: false,
    status: 400,
  },
  'login-taken': {
    message: 'there is a user "{login}" already',
    hint: 'Choose another login name; those of disabled users are not given again.',
    retryable: false,
    status: 409,
  },
  'link-invalid': {
    message: 'the link has expired, was used, or never was one',
    hint: 'Ask an administrator for a new one; `jiemu serve` prints a new set-up link when it starts.',
    retryable: false,
    status: 410,
  },
  'token-name-taken': {
    message: 'somebody acts as "{name}" already, or did once',
    hint: 'Choose another name: what was recorded under it must stay theirs.',
    retryable: false,
    status: 409,
  },
  'token-too-often': {
    message: 'this token may ask {perMinute} times a minute; the next is possible in {seconds} s',
    hint: 'Ask less often, or let an administrator issue a token that may ask more.',
    retryable: true,
    status: 429,
  },
  'set-up-needed': {
    message: 'nobody has to sign in yet, so that there is nothing to have a token for',
    hint: 'Make the first administrator by the set-up link that `jiemu serve` prints.',
    retryable: false,
    status: 409,
  },
  'oidc-off': {
    message: 'single sign-on is not set up',
    hint: 'See auth.oidc in the settings.',
    retryable: false,
    status: 409,
  },
  'oidc-unavailable': {
    message: 'the single sign-on does not answer',
    hint: 'Try again in a minute; who may use a password signs in with it.',
    retryable: true,
    status: 503,
  },
  'oidc-refused': {
    message: 'the single sign-on did not succeed: {problem}',
    hint: 'Begin again from the sign-in page.',
    retryable: false,
    status: 403,
  },
  'oidc-no-access': {
    message: 'the single sign-on knows you, but you have no access here',
    hint: 'Ask an administrator to let you in.',
    retryable: false,
    status: 403,
  },
  'identity-taken': {
    message: 'another user is linked to this subject',
    hint: 'End that link first.',
    retryable: false,
    status: 409,
  },
  'password-sign-in-off': {
    message: 'one signs in by the single sign-on here, not with a password',
    hint: 'Use the single sign-on; when it is down, an administrator’s reserve account gets in.',
    retryable: false,
    status: 403,
  },
  'last-admin': {
    message: '"{login}" is the last administrator of the district',
    hint: 'Make somebody else an administrator first.',
    retryable: false,
    status: 409,
  },
} as const satisfies Record<string, ErrorEntry>
