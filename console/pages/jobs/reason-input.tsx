// A reason: typed, or taken from what is said most.
import { Form, Input, Tag } from 'antd'
import { useId } from 'react'

export interface ReasonProps {
  readonly label: string
  readonly value: string
  readonly quick?: readonly string[]
  readonly error?: string
  readonly placeholder?: string
  readonly onChange: (text: string) => void
}

export function ReasonInput({ label, value, quick = [], error = '', placeholder = '', onChange }: ReasonProps) {
  const id = useId()
  return (
    <Form.Item
      label={label}
      htmlFor={id}
      {...(error && { validateStatus: 'error' as const, help: <span role="alert">{error}</span> })}
    >
      <Input.TextArea
        id={id}
        value={value}
        maxLength={500}
        placeholder={placeholder}
        // Measuring its text writes a style attribute, which the policy of the page forbids.
        rows={3}
        onChange={({ target }) => onChange(target.value)}
      />
      {quick.length > 0 && (
        <div className="quick-reasons">
          {quick.map(text => (
            <Tag.CheckableTag key={text} checked={value === text} onChange={() => onChange(text)}>
              {text}
            </Tag.CheckableTag>
          ))}
        </div>
      )}
    </Form.Item>
  )
}
