// One HTTP POST that cannot be led astray: no redirects, no link-local or metadata addresses, one time limit.
import { lookup } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { JiemuError } from '../../core/errors.ts'

/** Where clouds hand out credentials to whoever asks from inside (169.254.169.254 and its kin). */
const FORBIDDEN = new BlockList()
FORBIDDEN.addSubnet('169.254.0.0', 16, 'ipv4')
FORBIDDEN.addAddress('100.100.100.200', 'ipv4')
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6')
FORBIDDEN.addAddress('fd00:ec2::254', 'ipv6')

/** @param host a URL's host name: an address literal is judged, a name is not (it is once it is resolved) */
export function isForbidden(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '')
  const family = isIP(address)
  return family !== 0 && FORBIDDEN.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** Judges what a name resolves to at the moment of connecting: a check before that could be undone by the next answer. */
const safeLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? []
    if (error || !first) return done(error ?? new Error('no address'), '', 4)
    if (addresses.some(({ address }) => isForbidden(address))) {
      return done(new JiemuError('delivery-refused', { problem: 'a link-local or metadata address' }), '', 4)
    }
    if (options.all) done(null, addresses)
    else done(null, first.address, first.family)
  })
}

/**
 * @returns the status of the answer, whose body is not read
 * @throws JiemuError delivery-refused for a forbidden address; else the network's error
 */
export function postJson(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
): Promise<number> {
  if (isForbidden(url.hostname)) {
    return Promise.reject(new JiemuError('delivery-refused', { problem: 'a link-local or metadata address' }))
  }
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const sent = request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        lookup: safeLookup,
        agent: false,
        signal,
      },
      answer => {
        resolve(answer.statusCode ?? 0)
        answer.destroy()
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
