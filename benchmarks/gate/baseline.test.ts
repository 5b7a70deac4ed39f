// Which commit the gate compares with, in repositories made for the purpose; and why it compares with none.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { findBaseline } from './baseline.ts'

const folders: string[] = []
let root = ''

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=gate', '-c', 'user.email=gate@localhost']
  return execFileSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
}

function commit(name: string): string {
  git('commit', '--quiet', '--allow-empty', '--message', name)
  return git('rev-parse', 'HEAD')
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jiemu-baseline-test-'))
  folders.push(root)
  git('init', '--quiet', '--initial-branch', 'main')
})
afterAll(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))))

test('a branch is compared with where it left main, however far both have come', async () => {
  const fork = commit('fork')
  git('checkout', '--quiet', '-b', 'change')
  commit('one')
  commit('two')
  git('checkout', '--quiet', 'main')
  commit('main goes on')
  git('checkout', '--quiet', 'change')
  expect(await findBaseline(root)).toEqual({ commit: fork, relation: 'merge base with main' })
})

test('a commit on main is compared with its first parent', async () => {
  const parent = commit('parent')
  commit('head')
  expect(await findBaseline(root)).toEqual({ commit: parent, relation: 'first parent' })
})

test('a merge on main is compared with main before it, not with what was merged', async () => {
  commit('root')
  git('checkout', '--quiet', '-b', 'change')
  commit('change')
  git('checkout', '--quiet', 'main')
  const before = commit('main goes on')
  git('merge', '--quiet', '--no-ff', '--message', 'merge', 'change')
  expect(await findBaseline(root)).toEqual({ commit: before, relation: 'first parent' })
})

test('without main the first parent is taken', async () => {
  const parent = commit('parent')
  commit('head')
  git('branch', '--move', 'main', 'trunk')
  expect(await findBaseline(root)).toEqual({ commit: parent, relation: 'first parent' })
})

test('what others call main counts more than what this clone calls so', async () => {
  const pushed = commit('pushed')
  git('update-ref', 'refs/remotes/origin/main', pushed)
  commit('one')
  commit('two')
  expect(await findBaseline(root)).toEqual({ commit: pushed, relation: 'merge base with main' })
})

test('a first commit, and a folder without one, are skipped by name', async () => {
  expect(await findBaseline(root)).toEqual({ skipped: 'this is no git checkout, or it has no commit' })
  commit('only')
  expect(await findBaseline(root)).toEqual({
    skipped: 'neither a merge base with main nor a first parent in this clone',
  })
})

test('a commit may be named; one that is not there is an error, not a skip', async () => {
  const first = commit('first')
  commit('second')
  commit('third')
  expect(await findBaseline(root, 'HEAD~2')).toEqual({ commit: first, relation: 'named' })
  await expect(findBaseline(root, 'nowhere')).rejects.toThrow('there is no commit "nowhere" in this clone')
})
