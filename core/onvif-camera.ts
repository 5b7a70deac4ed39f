// Cameras as they answer for themselves in the network.

export interface FoundCamera {
  /** Of its ONVIF device service. */
  readonly address: string
  readonly host: string
  /** As it calls itself; empty where it does not. */
  readonly name: string
  readonly model: string
}

/** One of the streams that it offers. */
export interface StreamProfile {
  readonly url: string
  readonly name: string
  readonly codec: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
}
