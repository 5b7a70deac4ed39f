// A commit is said only of the program's own checkout, and footage is named without the folders of this machine.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../tests/support/jiemu.ts'
import { commitOf, provenance } from './provenance.ts'

const folder = temporaryFolder('provenance')
afterAll(folder.remove)

test('a folder is of a commit where it is the root of a checkout, not within one and not without git', () => {
  expect(commitOf(folder.path)).toBeNull()
  const root = join(folder.path, 'checkout')
  const installed = join(root, 'node_modules/jiemu')
  mkdirSync(installed, { recursive: true })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: root, encoding: 'utf8' })
  git('init', '--quiet')
  expect(commitOf(root)).toBeNull()
  git('commit', '--quiet', '--allow-empty', '-m', 'first')
  expect([commitOf(root), commitOf(installed)]).toEqual([git('rev-parse', 'HEAD').trim(), null])
})

test('footage from elsewhere is named by its folder and hashed; a folder by all files in it; what is absent is left out', async () => {
  const clips = join(folder.path, 'clips')
  mkdirSync(join(clips, 'deeper'), { recursive: true })
  writeFileSync(join(clips, 'deeper', 'c.txt'), 'c')
  writeFileSync(join(clips, 'b.txt'), 'b')
  writeFileSync(join(clips, 'a.txt'), 'a')
  const { footage } = await provenance([clips, join(clips, 'a.txt'), join(clips, 'nowhere')])
  expect(footage).toEqual({
    // printf abc | sha256sum, and of a
    [join(basename(folder.path), 'clips')]: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    'clips/a.txt': 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
  })
})
