// One field of a form: its name, the control that is asked, and what helps to answer.
import { type ReactNode, useId } from 'react'
import './labelled.css'

interface LabelledProps {
  readonly label: string
  readonly help?: ReactNode
  children(id: string): ReactNode
}

export function Labelled({ label, help, children }: LabelledProps) {
  const id = useId()
  return (
    <div className="option">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {help && <p className="option-help">{help}</p>}
    </div>
  )
}
