// Taking a step with a job: asked once, told when it is done, and everything that shows the job read anew.
import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useCallback } from 'react'
import { command, segment } from '../../client/http.ts'
import { useTell } from '../../shell/notices.ts'
import { useWords } from '../../words/words.ts'
import { JOBS } from './words.ts'

export type AskedStep =
  | 'reassign'
  | 'hand-over'
  | 'urge'
  | 'supervise'
  | 'unsupervise'
  | 'acknowledge'
  | 'close'
  | 'return'
  | 'defer'
  | 'resume'
  | 'merge'
  | 'cancel'
  | 'note'

/** @returns a function that says whether the step was taken; what the server refused is told */
export function useTakeStep(): (step: AskedStep, id: string, body: object, said?: string) => Promise<boolean> {
  const client = useQueryClient()
  const tell = useTell()
  const words = useWords(JOBS)
  const { message } = App.useApp()
  return useCallback(
    async (step, id, body, said) => {
      try {
        await command(`/api/jobs/${segment(id)}/${step}`, body, { key: crypto.randomUUID() })
        const done = said ?? (step in words.done ? words.done[step as keyof typeof words.done] : '')
        if (done) message.success(done)
        return true
      } catch (error) {
        tell(error)
        return false
      } finally {
        void client.invalidateQueries({ queryKey: ['board'] })
        void client.invalidateQueries({ queryKey: ['job', id] })
      }
    },
    [client, tell, words, message],
  )
}
