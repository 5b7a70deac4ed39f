// A subscription to web push, as browsers give it (https://www.w3.org/TR/push-api/).

export interface PushSubscription {
  readonly endpoint: string
  readonly keys: { readonly p256dh: string; readonly auth: string }
}

/** VAPID (RFC 8292): by which push services know who sends. In URL-safe base64. */
export interface VapidKeys {
  readonly publicKey: string
  readonly privateKey: string
}
