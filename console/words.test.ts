// The console's words: every one in both languages, and none shown that has no words.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEADLINES } from '../core/deadline.ts'
import { REJECT_REASONS } from '../core/incident.ts'
import { JOB_STATES } from '../core/job.ts'
import { MOMENTS, RULE_KINDS, SEVERITIES } from '../core/observation.ts'
import { ROLES } from '../core/permission.ts'
import { VIEWS } from '../core/scene.ts'
import { COLOURS } from '../core/standing.ts'

async function wordsOf(file: string, name: string): Promise<Readonly<Record<string, string>>> {
  const module: Readonly<Record<string, Readonly<Record<string, string>>>> = await import(
    join(import.meta.dirname, file)
  )
  return module[name] ?? {}
}
const [zh, en] = await Promise.all([wordsOf('words-zh.js', 'ZH'), wordsOf('words-en.js', 'EN')])

test('both languages have the same words, and none is empty', () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
  expect(Object.values({ ...zh, ...en }).filter(word => word.trim() === '')).toEqual([])
  expect(Object.keys(zh).length).toBeGreaterThan(100)
})

test('every word that the page asks for by name is there', () => {
  const files = readdirSync(import.meta.dirname).filter(file => file.endsWith('.js'))
  const asked = files.flatMap(file => {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8')
    return [...source.matchAll(/\bt\('([^']+)'\)/g)].map(([, key = '']) => key)
  })
  expect(asked.length).toBeGreaterThan(30)
  expect([...new Set(asked)].filter(key => !(key in zh))).toEqual([])
})

test('whatever the records may hold has a word', () => {
  const keys = [
    ...VIEWS.map(view => `view.${view}`),
    ...RULE_KINDS.map(kind => `kind.${kind}`),
    ...SEVERITIES.map(severity => `severity.${severity}`),
    ...COLOURS.map(colour => `colour.${colour}`),
    ...JOB_STATES.map(state => `job.${state}`),
    ...DEADLINES.map(deadline => `deadline.${deadline}`),
    ...ROLES.map(role => `role.${role}`),
    ...MOMENTS,
    ...REJECT_REASONS.map(reason => `reason.${reason}`),
  ]
  expect(keys.filter(key => !(key in zh))).toEqual([])
})
