#!/usr/bin/env node
// The command line: jiemu serve | replay | cameras | check | doctor, and the shard's role that `serve` forks.
import { Command, InvalidArgumentError, Option } from 'commander'
import { JiemuError } from '../core/errors.ts'

function port(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('expected 0…65535')
  return number
}

// Each command loads what it needs: a shard without the server and the database is 100 MB smaller.
const configFile = () => new Option('-c, --config <file>', 'settings (see config.example.yaml)')
const dataDir = () => new Option('--data-dir <folder>', 'where the database and the evidence are kept')

const program = new Command('jiemu')
  .description('街目: street cameras that get the street fixed')
  .showHelpAfterError()
  .showSuggestionAfterError()

program
  .command('serve')
  .description('watch the cameras, dispatch the jobs, serve the console')
  .addOption(configFile())
  .addOption(dataDir())
  .option('--cameras <file...>', 'import these cameras, teams and policies before starting')
  .option('--host <address>', 'listen here instead')
  .option('--port <number>', 'listen on this port instead', port)
  .option('--demo', 'the generated scene, in a data directory of its own', false)
  .option('--allow-failpoints', 'let JIEMU_FAILPOINT kill this process (for the kill test)', false)
  .action(async options => (await import('./serve.ts')).serve(options))

program
  .command('replay')
  .description(
    'run footage through the production pipeline as fast as it can be read; print incidents and jobs as JSON lines',
  )
  .argument('[files...]', 'footage, with --cameras naming the zones; or none, with --truth')
  .option('--truth <file>', 'take source, zones and options from a truth file, and score against it')
  .option('--cameras <file>', 'cameras file whose zones are laid over FILE')
  .option('--out <folder>', 'keep incidents, jobs, score and pictures here')
  .option('--sampling <policy>', 'keyframes, or a number of frames a second')
  .option('--join-window <duration>', 'incidents of one kind and place within it share a job')
  .action(async (files, options) => (await import('./replay.ts')).replay(files, options))

const cameras = program.command('cameras').description('cameras, zones, teams and policies as a file')
cameras
  .command('import')
  .description('make the store say what the file says; the same file twice changes nothing')
  .argument('<file>')
  .addOption(configFile())
  .addOption(dataDir())
  .action(async (file, options) => (await import('./cameras.ts')).importCameras(file, options))
cameras
  .command('export')
  .description('write what the store says; passwords are masked')
  .argument('[file]', 'standard output, if left out')
  .addOption(configFile())
  .addOption(dataDir())
  .option('--with-secrets', 'write the cameras’ passwords too', false)
  .action(async (file, options) => (await import('./cameras.ts')).exportCameras(file, options))

program
  .command('check')
  .description('print the settings as they are understood, secrets masked')
  .addOption(configFile())
  .addOption(dataDir())
  .action(async options => (await import('./check.ts')).check(options))

program
  .command('doctor')
  .description('try everything the program needs: codecs, inference, models, database, queue, cameras')
  .addOption(configFile())
  .addOption(dataDir())
  .action(async options => (await import('./doctor.ts')).doctor(options))

program.command('shard', { hidden: true }).action(async () => (await import('./shard.ts')).shard())

try {
  await program.parseAsync()
} catch (thrown) {
  if (!(thrown instanceof JiemuError)) throw thrown
  console.error(`jiemu: ${thrown.message} [${thrown.code}]\n       ${thrown.hint}`)
  process.exitCode = 1
}
