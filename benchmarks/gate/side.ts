// One side of a comparison as the gate sees it: a child process on that side's build, with one stage open.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { FromChild, Plant, Repetition, ToChild } from './stages/child.ts'
import type { StageInput, StageName } from './stages/stage.ts'

export interface Side {
  repeat(count: number, plant?: Plant): Promise<Repetition>
  close(): Promise<void>
}

/** @param root of a built checkout. @throws Error with what the child met */
export async function openSide(root: string, stage: StageName, input: StageInput): Promise<Side> {
  const program = join(root, 'dist/benchmarks/gate/stages/child.js')
  const child = fork(program, { cwd: root, execArgv: ['--expose-gc'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await ask(child, { type: 'open', stage, input })
  return {
    async repeat(count, plant) {
      const answer = await ask(child, { type: 'repeat', count, ...(plant && { plant }) })
      if (answer.type !== 'repeated') throw new Error(`a repetition was answered with "${answer.type}"`)
      return answer
    },
    async close() {
      if (!child.connected) return
      const ended = once(child, 'exit')
      child.send({ type: 'close' } satisfies ToChild)
      await ended
    },
  }
}

function ask(child: ChildProcess, message: ToChild): Promise<FromChild> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      child.off('message', hear)
      child.off('exit', leave)
    }
    const hear = (answer: FromChild) => {
      settle()
      if (answer.type !== 'failed') return resolve(answer)
      child.kill()
      reject(new Error(`the gate’s child failed: ${answer.problem}`))
    }
    const leave = (code: number | null, signal: string | null) => {
      settle()
      reject(new Error(`the gate’s child ended with ${code ?? signal}`))
    }
    child.on('message', hear)
    child.on('exit', leave)
    child.send(message)
  })
}
