// What the tests use of http_ece, which comes without types.
declare module 'http_ece' {
  import type { ECDH } from 'node:crypto'
  /** @throws Error where it was encrypted for somebody else, or altered */
  export function decrypt(
    body: Buffer,
    keys: { readonly version: 'aes128gcm'; readonly privateKey: ECDH; readonly authSecret: string },
  ): Buffer
}
