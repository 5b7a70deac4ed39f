// A small ONVIF camera: answers WS-Discovery over UDP and SOAP over HTTP, as a real one does; for tests only.
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OnvifCamera {
  /** Of its device service. */
  readonly address: string
  close(): Promise<void>
}

export interface OnvifCameraOptions {
  readonly host: string
  readonly user: string
  readonly password: string
  readonly streams: readonly {
    readonly name: string
    readonly url: string
    readonly widthPx: number
    readonly heightPx: number
  }[]
  readonly name: string
  /** Answers that are no answers, sent before the right one. */
  readonly nonsense?: readonly string[]
}

const GROUP = '239.255.255.250'
const PORT = 3702

const envelope = (body: string, header = '') =>
  `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`

const escaped = (text: string) => text.replace(/[<>&"]/g, character => `&#${character.codePointAt(0)};`)

/** @throws where nobody can be told apart by multicast on this machine */
export async function startOnvifCamera(options: OnvifCameraOptions): Promise<OnvifCamera> {
  const { host, name, nonsense = [] } = options
  const http = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      const { status, text } = answer(body, address, options)
      response.writeHead(status, { 'content-type': 'application/soap+xml' }).end(text)
    })
  })
  http.listen(0, host)
  await once(http, 'listening')
  const address = `http://${host}:${(http.address() as AddressInfo).port}/onvif/device_service`

  const udp = createSocket({ type: 'udp4', reuseAddr: true })
  udp.on('message', (message, from) => {
    const [, id] = /MessageID[^>]*>([^<]+)</.exec(message.toString()) ?? []
    if (!id) return
    for (const text of nonsense) udp.send(text, from.port, from.address)
    const scopes = `onvif://www.onvif.org/name/${encodeURIComponent(name)} onvif://www.onvif.org/hardware/T1`
    const match = `<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:${createHash('md5').update(address).digest('hex')}</a:Address></a:EndpointReference><d:Types>tds:NetworkVideoTransmitter</d:Types><d:Scopes>${scopes}</d:Scopes><d:XAddrs>${address}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches>`
    udp.send(envelope(match, `<a:RelatesTo>${id}</a:RelatesTo>`), from.port, from.address)
  })
  udp.bind(PORT)
  await once(udp, 'listening')
  udp.addMembership(GROUP, host)
  return {
    address,
    close: async () => {
      udp.close()
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
}

function answer(asked: string, address: string, { user, password, streams }: OnvifCameraOptions) {
  const ok = (body: string) => ({ status: 200, text: envelope(body) })
  if (asked.includes('GetSystemDateAndTime')) {
    const now = new Date()
    const time = `<tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second>`
    const date = `<tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day>`
    return ok(
      `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:UTCDateTime><tt:Time>${time}</tt:Time><tt:Date>${date}</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`,
    )
  }
  if (!authorised(asked, user, password)) {
    const fault = `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">Sender not Authorized</s:Text></s:Reason></s:Fault>`
    return { status: 400, text: envelope(fault) }
  }
  if (asked.includes('GetServices')) {
    const service = (namespace: string) =>
      `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${address}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>0</tt:Minor></tds:Version></tds:Service>`
    return ok(
      `<tds:GetServicesResponse>${service('http://www.onvif.org/ver10/device/wsdl')}${service('http://www.onvif.org/ver10/media/wsdl')}</tds:GetServicesResponse>`,
    )
  }
  if (asked.includes('GetProfiles')) {
    const profiles = streams.map(
      ({ name, widthPx, heightPx }, index) =>
        `<trt:Profiles token="p${index}" fixed="true"><tt:Name>${escaped(name)}</tt:Name><tt:VideoSourceConfiguration token="c"><tt:SourceToken>v0</tt:SourceToken></tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="e${index}"><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>${widthPx}</tt:Width><tt:Height>${heightPx}</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>`,
    )
    return ok(`<trt:GetProfilesResponse>${profiles.join('')}</trt:GetProfilesResponse>`)
  }
  if (asked.includes('GetVideoSources')) {
    return ok(
      '<trt:GetVideoSourcesResponse><trt:VideoSources token="v0"><tt:Framerate>25</tt:Framerate><tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height></tt:Resolution></trt:VideoSources></trt:GetVideoSourcesResponse>',
    )
  }
  if (asked.includes('GetStreamUri')) {
    const [, token] = /ProfileToken>p(\d+)</.exec(asked) ?? []
    const url = streams[Number(token)]?.url ?? ''
    return ok(
      `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${escaped(url)}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect></trt:MediaUri></trt:GetStreamUriResponse>`,
    )
  }
  return {
    status: 400,
    text: envelope('<s:Fault><s:Reason><s:Text xml:lang="en">ActionNotSupported</s:Text></s:Reason></s:Fault>'),
  }
}

/** The digest of the WS-Security username token: SHA-1 of nonce, time and password. */
function authorised(asked: string, user: string, password: string): boolean {
  const field = (name: string) => new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(asked)?.[1] ?? ''
  const digest = createHash('sha1')
    .update(Buffer.from(field('Nonce'), 'base64'))
    .update(field('Created'))
    .update(password)
    .digest('base64')
  return field('Username') === user && field('Password') === digest
}
