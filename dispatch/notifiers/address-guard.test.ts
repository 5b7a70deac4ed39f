// The address guard: what is refused in every way of writing it, and what the allow-list can open.
import { expect, test } from 'vitest'
import { addressGuard, outgoingSchema } from './address-guard.ts'

const shut = addressGuard([])
const open = addressGuard(['127.0.0.1/32', '10.20.0.0/16', 'fd12::/16', '0.0.0.0/0', '::/0'])

test.each([
  ['link-local', '169.254.0.1'],
  ['AWS and others', '169.254.169.254'],
  ['as one number', '2852039166'],
  ['in hexadecimal', '0xa9fea9fe'],
  ['in octal', '0251.0376.0251.0376'],
  ['mapped into IPv6', '[::ffff:169.254.169.254]'],
  ['through NAT64', '64:ff9b::a9fe:a9fe'],
  ['Alibaba', '100.100.100.200'],
  ['Azure', '168.63.129.16'],
  ['AWS in IPv6', '[fd00:ec2::254]'],
  ['link-local in IPv6', 'fe80::1'],
  ['with a zone', 'fe80::1%eth0'],
  ['multicast', '224.0.0.1'],
  ['multicast in IPv6', 'ff02::1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '0.0.0.0'],
  ['unspecified in IPv6', '::'],
  ['benchmarks', '198.18.0.1'],
  ['documentation', '203.0.113.5'],
  ['kept for later', '240.0.0.1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001::1'],
  ['a NAT64 of somebody’s own', '64:ff9b:1::7f00:1'],
  ['IPv4 of old in IPv6', '::7f00:1'],
  ['site-local', 'fec0::1'],
])('%s is never let through, whatever the list says: %s', (_, host) => {
  expect(shut.refusal(host)).toBeTypeOf('string')
  expect(open.refusal(host)).toBeTypeOf('string')
})

test.each([
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '2130706433',
  '[::1]',
  '::ffff:127.0.0.1',
  '10.1.2.3',
  '192.168.0.9',
  '172.16.0.1',
  '100.64.0.1',
  'fd12::1',
])('%s is private, and only the list lets it through', host => {
  expect(shut.refusal(host)).toMatch(/outgoing\.allow/)
  expect(open.refusal(host)).toBeUndefined()
})

test('the list opens what it says and no more', () => {
  const guard = addressGuard(['127.0.0.1', '10.20.0.0/16'])
  const refused = ['127.0.0.1', '127.0.0.2', '10.20.255.1', '10.21.0.1', '::1'].map(host => !!guard.refusal(host))
  expect(refused).toEqual([false, true, false, true, true])
})

test.each(['1.1.1.1', '114.114.114.114', '2606:4700::1111', '[2400:3200::1]', 'example.org', 'localhost'])(
  '%s is public, or a name whose addresses are judged later',
  host => expect(shut.refusal(host)).toBeUndefined(),
)

const resolve = (guard: typeof shut, host: string, all: boolean) =>
  new Promise<unknown>((done, fail) => {
    guard.lookup(host, { all }, (error, address) => (error ? fail(error) : done(address)))
  })

test('a name is judged by every address behind it', async () => {
  await expect(resolve(shut, 'localhost', true)).rejects.toMatchObject({ code: 'delivery-refused' })
  await expect(resolve(shut, '0xa9fea9fe', false)).rejects.toMatchObject({ code: 'delivery-refused' })
  expect(await resolve(addressGuard(['127.0.0.0/8', '::1/128']), 'localhost', false)).toMatch(/^(127\.0\.0\.1|::1)$/)
})

test('a range that is none is refused in the settings', () => {
  expect(outgoingSchema.safeParse({ allow: ['10.0.0.0/40'] }).success).toBe(false)
  expect(outgoingSchema.safeParse({ allow: ['localhost'] }).success).toBe(false)
  expect(outgoingSchema.safeParse({ allow: ['10.0.0.0/8', '::1'] }).success).toBe(true)
})
