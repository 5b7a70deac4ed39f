// The other side of the comparison: which commit it is, and a built checkout of it with the present commit's stages.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { JiemuError } from '../../core/errors.ts'
import type { Scope } from '../../core/scope.ts'

const run = promisify(execFile)

export interface Baseline {
  readonly commit: string
  readonly relation: 'merge base with main' | 'first parent' | 'named'
}

/** Why there is nothing to compare with: said, and no failure. */
export interface Skipped {
  readonly skipped: string
}

/** Where `git` knows main from: what others have, before what this clone has. */
const MAINS = ['origin/main', 'main'] as const

async function git(root: string, ...args: readonly string[]): Promise<string | undefined> {
  return run('git', args, { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )
}

/**
 * The merge base with main; on main itself, and where there is no main, the first parent.
 * @param named a commit to compare with instead
 * @throws JiemuError request-invalid where that is not in this clone
 */
export async function findBaseline(root: string, named?: string): Promise<Baseline | Skipped> {
  const commitOf = (name: string) => git(root, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`)
  if (named !== undefined) {
    const commit = await commitOf(named)
    if (commit) return { commit, relation: 'named' }
    throw new JiemuError('request-invalid', { problem: `there is no commit "${named}" in this clone` })
  }
  const head = await commitOf('HEAD')
  if (!head) return { skipped: 'this is no git checkout, or it has no commit' }
  for (const main of MAINS) {
    const base = await git(root, 'merge-base', head, main)
    if (base && base !== head) return { commit: base, relation: 'merge base with main' }
  }
  const parent = await commitOf('HEAD^1')
  return parent
    ? { commit: parent, relation: 'first parent' }
    : { skipped: 'neither a merge base with main nor a first parent in this clone' }
}

/** Below the root of a checkout: what the two sides have in common. */
const STAGES_FOLDER = 'benchmarks/gate/stages'

export interface Checkout {
  readonly root: string
  /** Whose stages it was built with. */
  readonly stages: 'present' | 'its own'
}

/**
 * Checks the commit out into a temporary folder, which goes with the scope, and builds it there on this checkout's packages.
 * The stages of this checkout are put into it, so that both sides are asked the same; where they do not build there,
 * since what they call has changed, its own do.
 */
export async function checkOut(scope: Scope, root: string, commit: string): Promise<Checkout | Skipped> {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-gate-baseline-'))
  scope.defer(() => rm(folder, { recursive: true, force: true }))
  const checkout = join(folder, 'checkout')
  // What an interrupted run left in the list of worktrees, its folder long gone.
  await git(root, 'worktree', 'prune')
  await run('git', ['worktree', 'add', '--quiet', '--detach', checkout, commit], { cwd: root })
  scope.defer(() => run('git', ['worktree', 'remove', '--force', checkout], { cwd: root }))
  const lockOf = (side: string) => readFile(join(side, 'package-lock.json'), 'utf8').catch(() => '')
  if ((await lockOf(checkout)) !== (await lockOf(root))) {
    return { skipped: `${commit.slice(0, 7)} needs other packages (package-lock.json differs)` }
  }
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
  await rm(join(checkout, STAGES_FOLDER), { recursive: true, force: true })
  await cp(join(root, STAGES_FOLDER), join(checkout, STAGES_FOLDER), { recursive: true })
  const problem = await build(checkout)
  if (problem === undefined) return { root: checkout, stages: 'present' }

  await rm(join(checkout, STAGES_FOLDER), { recursive: true, force: true })
  const hasOwn = (await git(checkout, 'checkout', '--quiet', commit, '--', STAGES_FOLDER)) !== undefined
  if (hasOwn && (await build(checkout)) === undefined) return { root: checkout, stages: 'its own' }
  return { skipped: `${commit.slice(0, 7)} does not build with the stages of this commit: ${problem}` }
}

/** @returns the compiler's first complaint, if it has one */
async function build(checkout: string): Promise<string | undefined> {
  const complaint = await run(process.execPath, [join(checkout, 'tools/run.mjs'), 'build'], { cwd: checkout }).then(
    () => undefined,
    (failed: { readonly stdout?: string; readonly message: string }) => failed.stdout || failed.message,
  )
  return complaint && (/^.*error TS.*$/m.exec(complaint)?.[0] ?? complaint.slice(-300))
}
