// The words of the worker's page.
import { defineWords } from '../words/words.ts'

export const FIELD = defineWords({
  zh: { jobs: '我的工单', empty: '现在没有派给您的工单。有新的会在这里出现。' },
  en: { jobs: 'My jobs', empty: 'There is no job for you now. A new one will appear here.' },
})
