// Setting up cameras and zones as the API sees it: what people change one by one, and the forms of the rules.
import type { CameraChanges, RuleForm } from './api/setup-ports.ts'
import { ruleForms } from './rule-forms.ts'
import type { Store } from './store/open.ts'

export interface CameraSetupDeps {
  readonly store: Pick<Store, 'cameraChanges'>
}

export interface CameraSetup {
  readonly changes: CameraChanges
  readonly rules: readonly RuleForm[]
}

export function openCameraSetup({ store }: CameraSetupDeps): CameraSetup {
  return { changes: store.cameraChanges, rules: ruleForms() }
}
