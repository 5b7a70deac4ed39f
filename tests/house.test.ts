// House rules that no linter knows: names of files, and clocks where only frame time may be read.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = [
  'main-process',
  'watch',
  'core',
  'streams',
  'models',
  'detector',
  'dispatch',
  'store',
  'api',
  'console',
  'cli',
  'benchmarks',
  'fixtures',
  'tests',
  'tools',
]
const inRoot = readdirSync(ROOT)
const inFolders = FOLDERS.flatMap(folder =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)),
)
const sources = [...inRoot, ...inFolders].filter(name => /\.tsx?$/.test(name) && !name.includes('node_modules'))

test('file names are kebab-case and none of the banned words', () => {
  const banned =
    /(^|[-/.])(manager|service|helper|helpers|util|utils|common|handler|handlers|processor|data|info)([-/.]|$)/
  expect(sources.filter(name => banned.test(name) || /[A-Z_]/.test(name))).toEqual([])
})

test('no source file outgrows 350 lines', () => {
  const long = sources.filter(name => readFileSync(join(ROOT, name), 'utf8').split('\n').length > 351)
  expect(long).toEqual([])
})

test('every source file begins with one sentence on its job', () => {
  const mute = sources.filter(name => !/^(#!.*\n)?\/\/ \S/.test(readFileSync(join(ROOT, name), 'utf8')))
  expect(mute).toEqual([])
})

test('the detector and the ledger never read the wall clock', () => {
  const clocked = sources
    .filter(name => name.startsWith('detector/') || name === 'dispatch/ledger.ts')
    .filter(name => !name.endsWith('.test.ts'))
    .filter(name =>
      /Date\.now\(|new Date\(\)|performance\.now\(|systemClock/.test(readFileSync(join(ROOT, name), 'utf8')),
    )
  expect(clocked).toEqual([])
})
