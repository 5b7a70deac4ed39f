// What the environment of main holds and that of its children must not: they read what strangers send.

const MAIN_ONLY = ['DATABASE_URL', 'REDIS_URL', 'PGPASSWORD', 'JIEMU_SECRET_KEY', 'JIEMU_OIDC_CLIENT_SECRET'] as const

/** Laid over `process.env`: in a child's environment these are not set. */
export const WITHHELD: Readonly<Record<string, undefined>> = Object.fromEntries(
  MAIN_ONLY.map(name => [name, undefined]),
)
