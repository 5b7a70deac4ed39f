// Delivery over TLS: real servers and a real broker on this machine, with certificates that openssl makes for the test.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Aedes } from 'aedes'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../core/time.ts'
import {
  type Authority,
  certificateAuthority,
  opensslAbsent,
  type ServerCertificate,
} from '../../tests/support/certificates.ts'
import { NOTICE, openNotifier } from '../../tests/support/loopback.ts'
import type { Notifier } from './notifier.ts'
import { isGenuine } from './webhook-signature.ts'

/** A name of ours, without asking anybody. */
const lookup: LookupFunction = (_, { all }, done) =>
  all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)
const guard = { refusal: () => undefined, lookup }

const SECRET = 'a secret of some length'
const absent = opensslAbsent && ` (absent: ${opensslAbsent})`

interface Place {
  readonly port: number
  /** What came through, as text. */
  readonly received: string[]
  close(): Promise<void>
}

async function startReceiver(certificate: ServerCertificate): Promise<Place> {
  const received: string[] = []
  const server = createServer(certificate, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    received.push(isGenuine(SECRET, request.headers, body, systemClock.now()) ? body : 'not genuine')
    response.writeHead(200).end('{"errcode":0}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    received,
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}

async function startBroker(certificate: ServerCertificate): Promise<Place> {
  const received: string[] = []
  const broker = await Aedes.createBroker()
  broker.on('publish', ({ topic, payload }) => {
    if (topic.endsWith(NOTICE.event)) received.push(payload.toString())
  })
  const server = createTlsServer(certificate, broker.handle)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    received,
    close: async () => {
      await new Promise<void>(resolve => broker.close(() => resolve()))
      await new Promise(resolve => server.close(resolve))
    },
  }
}

const KINDS = [
  ['webhook', 'https', startReceiver, { secret: SECRET }],
  ['mqtt', 'mqtts', startBroker, {}],
] as const

describe.skipIf(absent !== '')(`destinations that prove who they are${absent}`, () => {
  let ours: Authority
  let theirs: Authority
  beforeAll(() => {
    ours = certificateAuthority()
    theirs = certificateAuthority()
  })
  afterAll(() => {
    ours.remove()
    theirs.remove()
  })

  /** @returns 'sent', or the code and the problem of what came of it; and what the server got */
  async function sent(
    kind: string,
    { start, certificate, url }: { start: typeof startReceiver; certificate: ServerCertificate; url: string },
    options: object,
  ): Promise<readonly [string, number]> {
    const place = await start(certificate)
    const notifier: Notifier = openNotifier(kind, { url: `${url}:${place.port}`, ...options }, { guard })
    const outcome = await notifier.send(NOTICE).then(
      () => 'sent',
      error => `${error.code}: ${error.detail.problem}, ${error.retryable ? 'tried again' : 'refused for good'}`,
    )
    await notifier.close?.()
    await place.close()
    expect(place.received).not.toContain('not genuine')
    for (const body of place.received) expect(JSON.parse(body)).toMatchObject({ id: NOTICE.id, data: NOTICE.details })
    return [outcome, place.received.length]
  }

  test.each(KINDS)(
    '%s: an authority of our own is believed only where `ca` names it',
    async (kind, scheme, start, more) => {
      const server = { start, certificate: ours.issue('IP:127.0.0.1'), url: `${scheme}://127.0.0.1` }
      const distrust = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE, tried again'
      expect(await sent(kind, server, more)).toEqual([`delivery-untrusted: ${distrust}`, 0])
      expect(await sent(kind, server, { ...more, ca: theirs.file })).toEqual([`delivery-untrusted: ${distrust}`, 0])
      expect(await sent(kind, server, { ...more, ca: ours.file })).toEqual(['sent', 1])
    },
  )

  test.each(KINDS)(
    '%s: a certificate that vouches for itself is believed where `ca` is that very one',
    async (kind, scheme, start, more) => {
      const certificate = ours.selfSigned('IP:127.0.0.1')
      const server = { start, certificate, url: `${scheme}://127.0.0.1` }
      const itself = `${ours.file}.itself`
      writeFileSync(itself, certificate.cert)
      expect(await sent(kind, server, more)).toEqual([
        'delivery-untrusted: DEPTH_ZERO_SELF_SIGNED_CERT, tried again',
        0,
      ])
      expect(await sent(kind, server, { ...more, ca: itself })).toEqual(['sent', 1])
    },
  )

  test.each(KINDS)(
    '%s: a certificate in another name is not believed, whoever signed it',
    async (kind, scheme, start, more) => {
      const distrust = 'delivery-untrusted: ERR_TLS_CERT_ALTNAME_INVALID, tried again'
      const other = { start, certificate: ours.issue('DNS:other.example'), url: `${scheme}://127.0.0.1` }
      expect(await sent(kind, other, { ...more, ca: ours.file })).toEqual([distrust, 0])
      const named = { start, certificate: ours.issue('DNS:receiver.example'), url: `${scheme}://receiver.example` }
      expect(await sent(kind, named, { ...more, ca: ours.file })).toEqual(['sent', 1])
      const numbered = { start, certificate: ours.issue('IP:127.0.0.1'), url: `${scheme}://receiver.example` }
      expect(await sent(kind, numbered, { ...more, ca: ours.file })).toEqual([distrust, 0])
    },
  )

  test('one of several authorities in the file is enough', async () => {
    const both = `${ours.file}.both`
    writeFileSync(both, readFileSync(theirs.file))
    appendFileSync(both, readFileSync(ours.file))
    const server = { start: startReceiver, certificate: ours.issue('IP:127.0.0.1'), url: 'https://127.0.0.1' }
    expect(await sent('webhook', server, { secret: SECRET, ca: both })).toEqual(['sent', 1])
  })

  test.each([
    ['dingtalk', { secret: SECRET }],
    ['wecom', {}],
  ])('%s: the robot of a server of one’s own is believed where `ca` names its authority', async (kind, more) => {
    const place = await startReceiver(ours.issue('IP:127.0.0.1'))
    const url = `https://127.0.0.1:${place.port}/robot/send?key=x`
    await expect(openNotifier(kind, { url, ...more }).send(NOTICE)).rejects.toMatchObject({
      code: 'delivery-untrusted',
    })
    expect(place.received).toHaveLength(0)
    await openNotifier(kind, { url, ...more, ca: ours.file }).send(NOTICE)
    expect(place.received).toHaveLength(1)
    await place.close()
  })

  test('what the environment says against checking certificates is not heard', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const server = { certificate: ours.issue('IP:127.0.0.1') }
    const refused = ['delivery-untrusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE, tried again', 0]
    for (const [kind, scheme, start, more] of KINDS) {
      expect(await sent(kind, { ...server, start, url: `${scheme}://127.0.0.1` }, more)).toEqual(refused)
    }
    vi.unstubAllEnvs()
  })

  test('a file that is not there, holds no certificate or a broken one, and an address without TLS do not start', () => {
    const open = (url: string, ca: string) => () =>
      openNotifier(url.startsWith('http') ? 'webhook' : 'mqtt', { url, ca })
    const refusal = (text: string) =>
      expect.objectContaining({ code: 'options-invalid', message: `console: ca: ${text}` })
    const [empty, broken] = [`${ours.file}.empty`, `${ours.file}.broken`]
    writeFileSync(empty, 'nothing of the kind')
    writeFileSync(broken, `${readFileSync(ours.file)}-----BEGIN CERTIFICATE-----\nxyz\n-----END CERTIFICATE-----`)
    const none = (file: string) => `${file} holds no certificate in PEM, or a broken one`
    expect(open('https://127.0.0.1', '/nowhere.pem')).toThrow(refusal('/nowhere.pem cannot be read (ENOENT)'))
    expect(open('https://127.0.0.1', empty)).toThrow(refusal(none(empty)))
    expect(open('mqtts://127.0.0.1', broken)).toThrow(refusal(none(broken)))
    for (const url of ['http://127.0.0.1', 'mqtt://127.0.0.1']) {
      expect(open(url, ours.file)).toThrow(refusal('needs an https:// or mqtts:// address'))
    }
  })
})
