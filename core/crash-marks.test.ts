// What is left of a process's marks once it is gone.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CrashMarksFile, FileMarks } from './crash-marks.ts'
import type { CameraId } from './ids.ts'

const [A, B] = ['a', 'a-camera-of-a-longer-name'] as CameraId[] as [CameraId, CameraId]
let file: CrashMarksFile
let marks: FileMarks
beforeEach(() => {
  file = new CrashMarksFile()
  marks = new FileMarks(file.fd)
})
afterEach(() => file.close())

test('nobody is suspected of a death in which no camera’s data was worked on', () => {
  expect(file.suspects()).toEqual([])
  expect(marks.during(A, () => 7)).toBe(7)
  expect(() =>
    marks.during(A, () => {
      throw new Error('refused')
    }),
  ).toThrow('refused')
  expect(file.suspects()).toEqual([])
})

test('whose data is worked on is the only suspect, whoever else is being opened', () => {
  marks.opens(B)
  marks.during(B, () => marks.during(B, () => undefined))
  const seen = marks.during(A, () => file.suspects())
  expect(seen).toEqual([A])
  expect(marks.during(B, () => file.suspects())).toEqual([B])
})

test('those that are being opened are suspects, and no more once they are open', () => {
  marks.opens(B)
  marks.opens(A)
  expect(file.suspects()).toEqual([B, A])
  marks.opened(B)
  expect(file.suspects()).toEqual([A])
  marks.opened(A)
  expect(file.suspects()).toEqual([])
})

test('another process begins with a clean file', () => {
  marks.opens(A)
  file.clear()
  expect(file.suspects()).toEqual([])
})
