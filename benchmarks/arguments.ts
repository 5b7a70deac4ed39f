// What a benchmark is asked on its command line: how much of each, and where its result goes.
import { parseArgs } from 'node:util'
import { JiemuError } from '../core/errors.ts'

export interface Asked<N extends string> {
  readonly amounts: Readonly<Record<N, number>>
  /** Where the result goes; benchmarks/results, if left out. */
  readonly out: string | undefined
}

/**
 * `--incidents 8 --idle-seconds 2 --out FOLDER`
 * @param usual how much of each where nothing is said: `{ incidents: 150, idleSeconds: 30 }`
 * @throws JiemuError request-invalid
 */
export function readArguments<N extends string>(args: readonly string[], usual: Readonly<Record<N, number>>): Asked<N> {
  const names = Object.keys(usual) as N[]
  const flags = [...names.map(flagOf), 'out']
  const options = Object.fromEntries(flags.map(flag => [flag, { type: 'string' as const }]))
  const values = parsed(args, options)
  const amounts = names.map(name => {
    const text = values[flagOf(name)]
    const amount = text === undefined ? usual[name] : Number(text)
    if (Number.isFinite(amount) && amount >= 0 && text !== '') return [name, amount] as const
    throw new JiemuError('request-invalid', { problem: `--${flagOf(name)} is a number: "${text}" is none` })
  })
  return { amounts: Object.fromEntries(amounts) as Record<N, number>, out: values.out }
}

/** The same of this process; what cannot be read ends it with code 2 and says why. */
export function programArguments<N extends string>(usual: Readonly<Record<N, number>>): Asked<N> {
  try {
    return readArguments(process.argv.slice(2), usual)
  } catch (error) {
    console.error((error as Error).message)
    process.exit(2)
  }
}

function parsed(args: readonly string[], options: Readonly<Record<string, { readonly type: 'string' }>>) {
  try {
    return parseArgs({ args: [...args], options }).values as Readonly<Record<string, string | undefined>>
  } catch (error) {
    throw new JiemuError('request-invalid', { problem: (error as Error).message }, error)
  }
}

const flagOf = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
