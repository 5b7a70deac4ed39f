// What every kind of every port keeps to, whoever wrote it: the contract that docs/3-adding-a-kind.md promises to check.
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { JiemuError } from '../core/errors.ts'
import { kindNamed, parseOptions } from '../core/kind.ts'
import { PORTS } from '../tools/documents.ts'

describe.each(PORTS)('$title', ({ title, table }) => {
  test('names are unique and could stand in a configuration', () => {
    const names = table.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter(name => !/^[a-z][a-z0-9-]*$/.test(name))).toEqual([])
  })

  test('a kind that is not there is refused with the names of those that are', () => {
    expect(() => kindNamed(title, table, 'nonesuch')).toThrow(table.map(({ name }) => name).join(', '))
  })

  describe.each(table)('$name', ({ name, summary, options }) => {
    const shape = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' })

    test('says in one sentence what it is', () => {
      expect(summary).toMatch(/^\S.{9,119}[^.\s]$/)
    })

    test('explains every option', () => {
      const mute = Object.entries(shape.properties ?? {})
        .filter(([option, property]) => option !== 'kind' && (typeof property === 'boolean' || !property.description))
        .map(([option]) => option)
      expect(mute).toEqual([])
    })

    test('refuses an option that it does not know, naming the place', () => {
      const refusal = () => parseOptions(options, `the ${name}`, { nonesuch: 1 })
      expect(refusal).toThrow(JiemuError)
      expect(refusal).toThrow(`the ${name}`)
    })
  })
})
