// Cameras that answer for themselves: found in the network by WS-Discovery, and asked over ONVIF where their streams are.
//
// What answers may be anything: names are cut, addresses must be those that the answer came from, and requests go there only.
import { networkInterfaces } from 'node:os'
import onvif from 'onvif'
import type { Login } from '../core/camera-source.ts'
import { JiemuError } from '../core/errors.ts'
import type { FoundCamera, StreamProfile } from '../core/onvif-camera.ts'

const MOST_CAMERAS = 256
const MOST_PROFILES = 16
const ANSWER_WITHIN_MS = 8_000
const LONGEST_NAME = 80

interface Match {
  readonly probeMatches?: {
    readonly probeMatch?: {
      readonly endpointReference?: { readonly address?: unknown }
      readonly XAddrs?: unknown
      readonly scopes?: unknown
    }
  }
}

/** @throws JiemuError discovery-failed where nobody could even be asked */
export async function discover(waitMs: number): Promise<readonly FoundCamera[]> {
  const found = new Map<string, FoundCamera>()
  const hear = (data: Match, from: { readonly address: string }) => {
    const camera = describe(data, from.address)
    if (camera && found.size < MOST_CAMERAS) found.set(camera.address, camera)
  }
  // Whoever answers nonsense is no camera.
  const ignore = () => undefined
  onvif.Discovery.on('device', hear).on('error', ignore)
  const stumbled = (error: Error) => {
    // The library reads an answer outside of any promise: one that lacks a field must not end the search.
    if (!(error instanceof TypeError)) throw error
  }
  process.on('uncaughtException', stumbled)
  try {
    const asked = await Promise.allSettled(networks().map(device => ask(waitMs, device)))
    const failures = asked.flatMap(one => (one.status === 'rejected' ? [one.reason as Error] : []))
    const [failure] = failures
    if (failure && failures.length === asked.length) {
      const problem = 'code' in failure ? String(failure.code) : failure.message
      throw new JiemuError('discovery-failed', { problem }, failure)
    }
  } finally {
    process.off('uncaughtException', stumbled)
    onvif.Discovery.off('device', hear).off('error', ignore)
  }
  return [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1))
}

/** Every network that this machine is in, by the name of its interface; the default route's where none is known. */
function networks(): readonly (string | undefined)[] {
  const names = Object.entries(networkInterfaces())
    .filter(([, addresses]) => addresses?.some(({ family, internal }) => family === 'IPv4' && !internal))
    .map(([name]) => name)
  return names.length > 0 ? names : [undefined]
}

function ask(waitMs: number, device: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    onvif.Discovery.probe({ timeout: waitMs, resolve: false, ...(device && { device }) }, (error: unknown) => {
      // A list holds answers that could not be read; one error is ours.
      if (error instanceof Error) reject(error)
      else resolve()
    })
  })
}

function describe({ probeMatches }: Match, from: string): FoundCamera | undefined {
  const { XAddrs, scopes } = probeMatches?.probeMatch ?? {}
  const addresses = textOf(XAddrs)
    .split(/\s+/)
    .filter(text => URL.canParse(text))
    .map(text => new URL(text))
  const own = addresses.find(({ protocol, hostname }) => /^https?:$/.test(protocol) && hostname === from)
  if (!own) return undefined
  const scoped = (what: string) =>
    nameOf(new RegExp(`onvif://www\\.onvif\\.org/${what}/(\\S+)`, 'i').exec(textOf(scopes))?.[1])
  return { address: own.href, host: from, name: scoped('name'), model: scoped('hardware') }
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.map(textOf).join(' ') : ''

function nameOf(text = ''): string {
  let name = text
  try {
    name = decodeURIComponent(text)
  } catch {
    // As it came.
  }
  return name
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
}

/**
 * The streams of one camera, the largest first.
 * @param address of its device service, as discovery has it
 * @throws JiemuError source-unauthorised, source-unreachable, source-refused
 */
export async function profilesOf(address: string, login: Login | null): Promise<readonly StreamProfile[]> {
  const { hostname, port, pathname, protocol } = new URL(address)
  const camera = new onvif.Cam({
    hostname,
    path: pathname,
    useSecure: protocol === 'https:',
    // Cameras sign their own certificates; what is asked is no secret, and the login goes as a digest.
    ...(protocol === 'https:' && { secureOpts: { rejectUnauthorized: false } }),
    ...(port !== '' && { port: Number(port) }),
    ...(login && { username: login.user, password: login.password }),
    timeout: ANSWER_WITHIN_MS,
    autoconnect: false,
    preserveAddress: true,
  })
  // Without a listener a warning would end the process.
  camera.on('error', () => undefined)
  const asking = <T>(ask: (answer: (error: Error | null | false, value?: T) => void) => void) =>
    new Promise<T | undefined>((resolve, reject) => {
      ask((error, value) => (error ? reject(refusal(error, hostname)) : resolve(value)))
    })
  await asking(answer => camera.connect(answer))
  const profiles = [camera.profiles ?? []].flat().slice(0, MOST_PROFILES) as readonly Profile[]
  const streams: StreamProfile[] = []
  for (const profile of profiles) {
    const token = profile.$?.token
    if (token === undefined) continue
    const stream = await asking<{ readonly uri?: unknown }>(answer =>
      camera.getStreamUri({ protocol: 'RTSP', profileToken: token }, answer),
    )
    const url = textOf(stream?.uri)
    if (!/^rtsps?:\/\//i.test(url) || !URL.canParse(url)) continue
    const { encoding, resolution } = profile.videoEncoderConfiguration ?? {}
    streams.push({
      url,
      name: nameOf(textOf(profile.name)),
      codec: nameOf(textOf(encoding)) || null,
      widthPx: numberOf(resolution?.width),
      heightPx: numberOf(resolution?.height),
    })
  }
  return streams.sort((a, b) => (b.widthPx ?? 0) - (a.widthPx ?? 0))
}

interface Profile {
  readonly $?: { readonly token?: string }
  readonly name?: unknown
  readonly videoEncoderConfiguration?: {
    readonly encoding?: unknown
    readonly resolution?: { readonly width?: unknown; readonly height?: unknown }
  }
}

const numberOf = (value: unknown): number | null => (Number.isFinite(Number(value)) ? Number(value) : null)

function refusal(error: Error, host: string): JiemuError {
  const code = 'code' in error ? String(error.code) : ''
  const unauthorised = /not ?authori[sz]ed|401|digest auth/i.test(error.message)
  if (unauthorised) return new JiemuError('source-unauthorised', { source: host }, error)
  return new JiemuError('source-unreachable', { source: host, problem: code || 'no answer over ONVIF' }, error)
}
