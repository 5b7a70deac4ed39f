// The address guard: which addresses this program may talk to of its own accord, whoever wrote them into the settings.
import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'

export interface AddressGuard {
  /**
   * Judges an address literal, in whatever form of writing; a name is judged once it is resolved.
   * @returns why it is refused
   */
  refusal(host: string): string | undefined
  /**
   * Resolves a name and judges every address behind it, at the moment of connecting: a check before that could be
   * undone by the next answer. Fails with JiemuError delivery-refused.
   */
  readonly lookup: LookupFunction
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = [Address, number]

/** The setting `outgoing`. */
export const outgoingSchema = z.strictObject({
  allow: z
    .array(z.string().refine(text => rangeOf(text) !== undefined, 'expected a range such as 10.20.0.0/16'))
    .default([])
    .describe('private and loopback ranges that notifications may be sent to: 10.20.0.0/16, 127.0.0.1/32'),
})

/** What an allow-list can open; whatever else is not the public internet stays shut. */
const OPENABLE = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat'])

/** Where clouds hand out credentials to whoever asks from inside; beside 169.254.0.0/16, which is link-local. */
const METADATA = new Set(['100.100.100.200', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254'])
const GLOBAL_IPV6: Range = [ipaddr.parse('2000::'), 3]
/** RFC 6052: an IPv4 address stands in the last four bytes. */
const NAT64: Range = [ipaddr.parse('64:ff9b::'), 96]

export function addressGuard(allow: readonly string[]): AddressGuard {
  const allowed = allow.flatMap(text => {
    const range = rangeOf(text)
    return range ? [range] : []
  })
  const refusal = (host: string): string | undefined => {
    const literal = host.replace(/^\[|\]$/g, '')
    return ipaddr.isValid(literal) ? judge(plain(ipaddr.parse(literal)), allowed) : undefined
  }
  return { refusal, lookup: guardedLookup(refusal) }
}

function guardedLookup(refusal: AddressGuard['refusal']): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first) return done(error ?? new Error('no address'), '', 4)
      const problem = addresses.map(({ address }) => refusal(address)).find(found => found !== undefined)
      if (problem) return done(new JiemuError('delivery-refused', { problem }), '', 4)
      if (options.all) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }
}

function judge(address: Address, allowed: readonly Range[]): string | undefined {
  const range = address.range()
  if (range === 'linkLocal' || METADATA.has(address.toString())) return 'a link-local or metadata address'
  if (OPENABLE.has(range)) {
    return allowed.some(one => within(address, one))
      ? undefined
      : `a ${range} address that outgoing.allow does not list`
  }
  const isPublic = range === 'unicast' && (address.kind() === 'ipv4' || within(address, GLOBAL_IPV6))
  return isPublic ? undefined : `an address that is not public (${range})`
}

/** What an address means to the machine that connects to it: IPv4 in IPv6's clothes is IPv4. */
function plain(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  return within(address, NAT64) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address
}

const within = (address: Address, [base, bits]: Range): boolean =>
  address.kind() === base.kind() && address.match(base as never, bits)

function rangeOf(text: string): Range | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  if (!ipaddr.isValid(text)) return undefined
  const address = ipaddr.parse(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}
