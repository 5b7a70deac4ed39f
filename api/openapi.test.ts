// The description of the API: valid in shape, whole, and every route of it explained.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { fakeHouse, tokenOf } from '../tests/support/api-ports.ts'
import { routesOf } from '../tests/support/routes-of.ts'
import { buildApi } from './build.ts'

const operation = z.looseObject({
  summary: z.string().min(5),
  tags: z.array(z.string()).min(1),
  responses: z.record(z.string(), z.looseObject({ description: z.string() })),
})
const documentSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  info: z.looseObject({ title: z.string(), version: z.literal('0.0.0-test') }),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operation),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({ type: z.literal('object') })) }),
  security: z.array(z.record(z.string(), z.array(z.string()))),
})

let app: FastifyInstance
let text: string
beforeAll(async () => {
  app = await buildApi(fakeHouse({ tokens: [tokenOf('a', 'viewer')] }).deps)
  text = (await app.inject('/api/openapi.json')).body
})
afterAll(() => app.close())

test('names every route that the server has, and no other', () => {
  const { paths } = documentSchema.parse(JSON.parse(text))
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      method => `${method.toUpperCase()} ${path.replace('{*}', '*').replace(/\{(\w+)\}/g, ':$1')}`,
    ),
  )
  expect(described.sort()).toEqual([...routesOf(app)].sort())
})

test('every reference leads to a schema, and every schema is referred to', () => {
  const { components } = documentSchema.parse(JSON.parse(text))
  const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(match => match[1]))
  expect([...referred].sort()).toEqual(Object.keys(components.schemas).sort())
})

test('every route says what its errors look like', () => {
  const { paths } = documentSchema.parse(JSON.parse(text))
  // Open311's errors are those of its specification.
  const ours = Object.entries(paths).filter(([path]) => !path.startsWith('/open311/'))
  for (const [, methods] of ours) {
    for (const { responses } of Object.values(methods)) {
      expect(responses['4XX']).toMatchObject({ content: { 'application/problem+json': expect.anything() } })
    }
  }
})
