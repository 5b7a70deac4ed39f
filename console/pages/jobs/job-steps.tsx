// Steps as pages offer them: those that need nothing are taken at once, the others ask first.
import { type ReactNode, useCallback, useState } from 'react'
import { AskDialog, type AskProps } from './ask-dialog.tsx'
import type { JobCard, Names } from './job-queries.ts'
import { ReassignDialog, type ReassignProps } from './reassign-dialog.tsx'
import type { StepName } from './steps.ts'
import { useTakeStep } from './take-step.ts'

type Subject = ReassignProps['card'] & Pick<JobCard, 'id'>

interface Asking {
  readonly step: StepName
  readonly card: Subject
  readonly preset?: string | undefined
}

const AT_ONCE: readonly StepName[] = ['urge', 'unsupervise', 'acknowledge', 'resume']

/** @returns how to begin a step, and the dialog that it may need */
export function useSteps(names: Names): {
  readonly begin: (step: StepName, card: Subject, preset?: string) => void
  readonly dialog: ReactNode
} {
  const [asking, setAsking] = useState<Asking>()
  const takeStep = useTakeStep()
  const begin = useCallback(
    (step: StepName, card: Subject, preset?: string) => {
      if (AT_ONCE.includes(step)) void takeStep(step as 'urge', card.id, {})
      else setAsking({ step, card, preset })
    },
    [takeStep],
  )
  const done = () => setAsking(undefined)
  const dialog =
    asking &&
    (asking.step === 'reassign' ? (
      <ReassignDialog card={asking.card} names={names} preset={asking.preset} onDone={done} />
    ) : (
      <AskDialog
        step={asking.step as AskProps['step']}
        id={asking.card.id}
        name={names.place(asking.card)}
        names={names}
        onDone={done}
      />
    ))
  return { begin, dialog }
}
