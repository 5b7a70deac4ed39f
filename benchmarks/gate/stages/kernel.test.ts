// The calibration kernel does the same work each time.
import { expect, test } from 'vitest'
import { kernel } from './kernel.ts'

test('the kernel comes to the same sum, however often it runs', () => {
  const first = kernel()
  expect(Number.isSafeInteger(first)).toBe(true)
  expect(kernel()).toBe(first)
})
