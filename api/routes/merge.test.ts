// Merging jobs over HTTP: what a job may be a duplicate of, and nobody's job is put into one of another street.
import { expect, test } from 'vitest'
import { bearer, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'

test('a job goes into one that its dispatcher may see, too', async () => {
  const house = fakeHouse({
    tokens: [tokenOf('lin', 'operator'), tokenOf('north', 'operator', { streets: ['tianshui' as never] })],
  })
  const app = await buildApi(house.deps)
  const merge = async (who: string) => {
    const payload = { into: 'job-changqing' }
    const url = '/api/jobs/job-tianshui/merge'
    return (await app.inject({ method: 'POST', url, headers: bearer(who), payload })).statusCode
  }
  expect(await merge('north')).toBe(403)
  expect(house.commands).toEqual([])
  expect(await merge('lin')).toBe(200)
  expect(house.commands).toMatchObject([['ask', 'merge', 'job-tianshui', { into: 'job-changqing' }]])
  const found = await app.inject({ url: '/api/jobs/job-tianshui/merge-targets?text=gate', headers: bearer('north') })
  expect(found.json().items).toMatchObject([{ id: 'job-other', because: 'same-camera' }])
  expect(house.filters.at(-1)).toMatchObject({ streets: ['tianshui'], text: 'gate' })
  await app.close()
})
