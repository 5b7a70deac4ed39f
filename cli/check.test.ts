// `jiemu check` refuses what `serve` would refuse, after it has shown what it understood.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { check } from './check.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jiemu-check-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

test.each([
  ['log: { level: warn }', undefined],
  ['notifiers: [{ kind: webhok }]', 'kind-unknown'],
  ['notifiers: [{ kind: webhook, url: nowhere }]', 'options-invalid'],
  ['listen: { host: 0.0.0.0 }', 'listen-unsafe'],
])('%s gives %s', (text, code) => {
  const shown = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const config = join(folder, 'jiemu.yaml')
  writeFileSync(config, text)
  const checking = () => check({ config, dataDir: folder })
  if (code === undefined) expect(checking).not.toThrow()
  else expect(checking).toThrow(expect.objectContaining({ code }))
  expect(shown).toHaveBeenCalledOnce()
})
