// What the documents say is what the code does.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readCamerasFile } from '../store/cameras-file.ts'
import { DOCUMENTS } from '../tools/documents.ts'

const ROOT = join(import.meta.dirname, '..')

test.each(Object.keys(DOCUMENTS))('%s is as `npm run docs` writes it', file => {
  expect(readFileSync(join(ROOT, file), 'utf8')).toBe(DOCUMENTS[file]?.(ROOT))
})

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map(name => join('docs', name)),
]

test.each(PAGES.filter(name => name.endsWith('.md')))('every link of %s leads somewhere', page => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => target)
  expect(targets.filter(target => !existsSync(join(ROOT, dirname(page), target)))).toEqual([])
})

test('the example of workers and shifts is one that the program takes', () => {
  const guide = readFileSync(join(ROOT, 'docs/4-operations.md'), 'utf8')
  const [, example = ''] = /## Workers, shifts and positions[\s\S]*?```yaml\n([\s\S]*?)```/.exec(guide) ?? []
  const { workers, shifts } = readCamerasFile(example, 'example.yaml', undefined)
  expect(workers.map(({ id }) => id)).toEqual(['zhao', 'li', 'wang', 'chen'])
  expect(shifts.map(({ team, worker }) => team ?? worker)).toEqual(['chengguan-1', 'chengguan-1', 'chen'])
})

test('the example of deadlines, escalations and working hours is one that the program takes', () => {
  const guide = readFileSync(join(ROOT, 'docs/4-operations.md'), 'utf8')
  const [, example = ''] = /## Deadlines and escalation[\s\S]*?```yaml\n([\s\S]*?)```/.exec(guide) ?? []
  const { policies, escalations, businessCalendar } = readCamerasFile(example, 'example.yaml', undefined)
  expect(policies[0]?.deadlines.handle).toEqual({ durationMs: 28_800_000, working: true })
  expect(escalations[0]?.levels.map(({ name }) => name)).toEqual(['班组长', '值班长', '区级'])
  expect(businessCalendar?.workdays).toEqual(['2026-10-11'])
})
