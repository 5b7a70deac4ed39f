// The signature of webhooks: the specification's own example, and what a receiver must not take.
import { expect, test } from 'vitest'
import { isGenuine, signatureHeaders } from './webhook-signature.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const AT = 1_614_265_330_000
const BODY = '{"test": 2432232314}'
const HEADERS = {
  'webhook-id': ID,
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

test('signs the specification’s own example', () => {
  expect(signatureHeaders(SECRET, ID, AT, BODY)).toEqual(HEADERS)
})

test('a receiver takes it, also beside the signature of an older secret', () => {
  expect(isGenuine(SECRET, HEADERS, BODY, AT)).toBe(true)
  const both = { ...HEADERS, 'webhook-signature': `v1,AAAA v2,x ${HEADERS['webhook-signature']}` }
  expect(isGenuine(SECRET, both, BODY, AT)).toBe(true)
})

test.each([
  ['another secret', 'another secret of some length', HEADERS, BODY, AT],
  ['another body', SECRET, HEADERS, `${BODY} `, AT],
  ['another id', SECRET, { ...HEADERS, 'webhook-id': 'msg_2' }, BODY, AT],
  ['another time', SECRET, { ...HEADERS, 'webhook-timestamp': '1614265331' }, BODY, AT],
  ['no signature', SECRET, { ...HEADERS, 'webhook-signature': undefined }, BODY, AT],
  ['an empty signature', SECRET, { ...HEADERS, 'webhook-signature': 'v1,' }, BODY, AT],
  ['a time that is none', SECRET, { ...HEADERS, 'webhook-timestamp': 'NaN' }, BODY, AT],
  ['what is older than five minutes', SECRET, HEADERS, BODY, AT + 300_001],
  ['what comes from further ahead', SECRET, HEADERS, BODY, AT - 300_001],
])('a receiver refuses %s', (_, secret, headers, body, now) => {
  expect(isGenuine(secret, headers, body, now)).toBe(false)
})

test.each([300_000, -300_000])('a receiver takes what is %i ms old', ageMs => {
  expect(isGenuine(SECRET, HEADERS, BODY, AT + ageMs)).toBe(true)
})
