// What every answer tells the browser: take nothing from elsewhere, guess nothing, keep nothing.

/** Nothing inline, nothing from elsewhere. */
const policyOf = (styles: string, tiles = ''): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    styles,
    // `blob:` is for evidence, which is fetched with the token; `data:` for the small marks of Ant Design and MapLibre.
    `img-src 'self' blob: data:${tiles}`,
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self'${tiles}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * Of a page whose components write their styles into <style>: such an element must bear this answer's nonce.
 * @param tiles the origin of the map's tiles, where one is set
 */
export const pagePolicy = (nonce: string, tiles?: string): string =>
  policyOf(`style-src 'self' 'nonce-${nonce}'`, tiles && ` ${tiles}`)

export const SECURITY_HEADERS = {
  'content-security-policy': policyOf("style-src 'self'"),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

export const STAY_WITH_TLS = { 'strict-transport-security': 'max-age=31536000' } as const
