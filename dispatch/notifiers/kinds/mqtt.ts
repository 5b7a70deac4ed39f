// Notifier kind `mqtt`: publishes each notice to a broker, which also knows whether we are there.
import { randomBytes } from 'node:crypto'
import { connect as connectTcp, isIP, type LookupFunction } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { MqttClient } from 'mqtt'
import { z } from 'zod'
import type { Notice } from '../../../core/delivery.ts'
import { JiemuError } from '../../../core/errors.ts'
import type { Kind } from '../../../core/kind.ts'
import { cloudEvent } from '../cloud-event.ts'
import { problemOf } from '../http-post.ts'
import type { Notifier, NotifierDeps } from '../notifier.ts'
import { authoritiesOf, caFile, distrustOf } from '../trust.ts'
import { allowedUrl } from '../urls.ts'

const ANSWER_MS = 5_000
const RECONNECT_MS = 2_000
const CLOSE_MS = 1_000

const options = z.strictObject({
  url: z
    .url({ protocol: /^mqtts?$/, error: 'expected an mqtt:// or mqtts:// address' })
    .describe('the broker; mqtts:// for TLS'),
  username: z.string().optional().describe('how the broker knows us'),
  password: z.string().optional().describe('and our password there'),
  ca: caFile,
  topic: z
    .string()
    .regex(/^[^+#/]+(\/[^+#/]+)*$/, 'expected a topic without wildcards')
    .default('jiemu')
    .describe('what all topics begin with: jiemu/STREET/GRID/KIND/EVENT, and jiemu/availability/DESTINATION'),
})

export const mqtt: Kind<z.output<typeof options>, NotifierDeps, Notifier> = {
  name: 'mqtt',
  summary: 'publishes each notice to an MQTT broker as a CloudEvent, at least once',
  options,
  create(settings, deps) {
    const broker = allowedUrl(settings.url, deps)
    const authorities = authoritiesOf(settings.ca, broker, deps)
    let link: Promise<Link> | undefined
    const opened = () => (link ??= connect(broker, settings, authorities, deps))
    return {
      destination: deps.destination,
      start: () => void opened(),
      send: async notice =>
        publish(await opened(), topicOf(settings.topic, notice), cloudEvent(notice), deps.destination),
      async close() {
        const ending = link
        link = undefined
        if (ending) await end((await ending).client, availabilityOf(settings.topic, deps))
      },
    }
  },
}

interface Link {
  readonly client: MqttClient
  /** The connection was lost, or could not be made, and not made since. */
  isAway: boolean
  /** Why the broker was not believed when it was last met. */
  distrust: string | undefined
}

const availabilityOf = (topic: string, { destination }: Pick<NotifierDeps, 'destination'>): string =>
  `${topic}/availability/${destination}`

/** @example jiemu/tianshui/tianshui-3/illegal-parking/job.assigned */
function topicOf(topic: string, { event, details }: Notice): string {
  const { streetId, gridId, kind } = details
  return [topic, ...(streetId ? [streetId, gridId, kind] : ['system']), event].join('/')
}

/** The library takes 0.4 s and 20 MB to load: whoever has no broker does without. */
async function connect(
  broker: URL,
  { username, password, topic }: z.output<typeof options>,
  authorities: string[] | undefined,
  deps: NotifierDeps,
): Promise<Link> {
  const { MqttClient } = await import('mqtt')
  const { destination, guard, log } = deps
  const availability = availabilityOf(topic, deps)
  const host = broker.hostname.replace(/^\[|\]$/g, '')
  const isTls = broker.protocol === 'mqtts:'
  const port = Number(broker.port) || (isTls ? 8883 : 1883)
  const reach = { host, port, lookup: guard.lookup }
  const open = () => (isTls ? sealed(reach, authorities, learn) : connectTcp(reach))
  const client = new MqttClient(open, {
    // Two processes of one name would throw each other out again and again.
    clientId: `jiemu-${destination}-${randomBytes(4).toString('hex')}`,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    clean: true,
    keepalive: 30,
    connectTimeout: ANSWER_MS,
    reconnectPeriod: RECONNECT_MS,
    // What a lost connection swallowed is published anew by its delivery, with the same id.
    queueQoSZero: false,
    will: { topic: availability, payload: Buffer.from('offline'), qos: 1, retain: true },
  })
  const link: Link = { client, isAway: false, distrust: undefined }
  client.on('close', () => {
    link.isAway = true
  })
  client.on('connect', () => {
    link.isAway = false
    link.distrust = undefined
    client.publish(availability, 'online', { qos: 1, retain: true })
  })
  // Without a listener a broker that is away would end the process; its deliveries say so to people.
  client.on('error', error => log.warn({ destination, problem: problemOf(error) }, 'the MQTT broker is away'))
  function learn(distrust: string | undefined): void {
    if (distrust && distrust !== link.distrust)
      log.warn({ destination, problem: distrust }, 'the MQTT broker is not believed')
    link.distrust = distrust
  }
  return link
}

/** A certificate names a host; an address, which no server name may be (RFC 6066), is compared all the same. */
function sealed(
  reach: { readonly host: string; readonly port: number; readonly lookup: LookupFunction },
  authorities: string[] | undefined,
  learn: (distrust: string | undefined) => void,
) {
  const named = isIP(reach.host) ? {} : { servername: reach.host }
  const socket = connectTls({ ...reach, ...named, ...(authorities && { ca: authorities }), rejectUnauthorized: true })
  return socket.once('error', () => learn(distrustOf(socket)))
}

/** @throws JiemuError delivery-failed where the broker does not acknowledge, delivery-untrusted where it is another one */
async function publish(link: Link, topic: string, payload: string, destination: string): Promise<void> {
  const failed = (problem: string) => new JiemuError('delivery-failed', { destination, problem })
  await connected(link).catch(() => {
    const { distrust: problem } = link
    throw problem ? new JiemuError('delivery-untrusted', { destination, problem }) : failed('not connected')
  })
  // What a lost connection held may be published twice, with the same id.
  let fail: (problem: string) => void = () => {}
  const given = new Promise<never>((_, reject) => {
    fail = problem => reject(failed(problem))
  })
  const lost = () => fail('the connection was lost')
  const timer = setTimeout(() => fail(`no answer within ${ANSWER_MS / 1_000} s`), ANSWER_MS)
  link.client.once('close', lost)
  try {
    await Promise.race([link.client.publishAsync(topic, payload, { qos: 1 }), given])
  } catch (thrown) {
    throw thrown instanceof JiemuError ? thrown : failed(problemOf(thrown))
  } finally {
    clearTimeout(timer)
    link.client.off('close', lost)
  }
}

/** Right after the start the connection is still being made; a broker that is away is not waited for. */
function connected({ client, isAway }: Link): Promise<void> {
  if (client.connected) return Promise.resolve()
  if (isAway) return Promise.reject(new Error('away'))
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => () => {
      clearTimeout(timer)
      client.off('connect', onConnect)
      client.off('close', onClose)
      act()
    }
    const onConnect = settle(resolve)
    const onClose = settle(() => reject(new Error('closed')))
    const timer = setTimeout(onClose, ANSWER_MS)
    client.once('connect', onConnect)
    client.once('close', onClose)
  })
}

/** Says that we go, which a last will would say too, but only after the broker missed us. */
async function end(client: MqttClient, availability: string): Promise<void> {
  const within = <T>(work: Promise<T>) =>
    Promise.race([work, new Promise<void>(resolve => setTimeout(resolve, CLOSE_MS).unref())])
  if (client.connected) {
    await within(client.publishAsync(availability, 'offline', { qos: 1, retain: true })).catch(() => undefined)
  }
  await within(client.endAsync(!client.connected)).catch(() => undefined)
  client.end(true)
}
