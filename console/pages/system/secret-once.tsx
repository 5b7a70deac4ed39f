// A dialog for what is shown once: the link of an invitation, the secret of a token.
import { Alert, Modal, Typography } from 'antd'
import { useWords } from '../../words/words.ts'
import { SYSTEM } from './words.ts'

export interface Secret {
  readonly title: string
  readonly text: string
  readonly secret: string
}

export function SecretOnce({ secret, onClose }: { readonly secret: Secret | undefined; readonly onClose: () => void }) {
  const words = useWords(SYSTEM)
  return (
    <Modal
      open={secret !== undefined}
      title={secret?.title}
      okText={words.close}
      onOk={onClose}
      onCancel={onClose}
      mask={{ closable: false }}
      cancelButtonProps={{ style: { display: 'none' } }}
    >
      <Alert type="warning" showIcon title={secret?.text} />
      <Typography.Paragraph className="secret" code copyable={{ text: secret?.secret ?? '' }}>
        {secret?.secret}
      </Typography.Paragraph>
    </Modal>
  )
}
