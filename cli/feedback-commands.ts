// The commands of feedback, `jiemu precision | tune | export-dataset`, and their options.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { PRECISION_GROUPS } from '../core/alert-precision.ts'
import { RULE_KINDS } from '../core/observation.ts'
import { SPLITS } from './dataset/parts.ts'

function share(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !(number > 0 && number <= 1)) throw new InvalidArgumentError('expected above 0, at most 1')
  return number
}

export function addFeedbackCommands(program: Command, shared: () => readonly Option[]): void {
  const command = (name: string, description: string): Command => {
    const added = program.command(name).description(description)
    for (const option of shared()) added.addOption(option)
    return added
  }

  command('precision', 'how often what the cameras report is so, by the operators’ verdicts')
    .option('--from <day>', 'first day, YYYY-MM-DD; 30 days back, if left out')
    .option('--to <day>', 'last day; today, if left out')
    .addOption(new Option('--by <group>', 'a row for each').choices(PRECISION_GROUPS).default('zone'))
    .addOption(new Option('--kind <kind>', 'only this kind of alert').choices(RULE_KINDS))
    .option('--camera <id>', 'only this camera')
    .option('--json', 'print the figures as JSON', false)
    .action(async options => (await import('./precision.ts')).printPrecision(options))

  command('tune', 'propose stricter options from the detection log and the operators’ verdicts; applies nothing')
    .option('--camera <id>', 'only this camera')
    .option('--zone <id>', 'only this zone of it')
    .option('--keep <share>', 'so many of the confirmed alerts must still be raised', share, 1)
    .option('--write <file>', 'write what is proposed as a file that `jiemu cameras import` takes')
    .option('--json', 'print what is proposed as JSON', false)
    .action(async options => (await import('./tune.ts')).tune(options))

  command('export-dataset', 'write judged alerts and their pictures as COCO, faces and plates pixelated')
    .argument('<folder>', 'where; an export that was interrupted goes on')
    .option('--from <day>', 'first day of the pictures, YYYY-MM-DD')
    .option('--to <day>', 'last day')
    .addOption(new Option('--kind <kind>', 'only this kind of alert').choices(RULE_KINDS))
    .option('--camera <id>', 'only this camera')
    .addOption(new Option('--split <what>', 'what is not divided between the parts').choices(SPLITS).default('street'))
    .option('--test-share <share>', 'of these, in the part for testing', share, 0.2)
    .option('--no-blur', 'the pictures as they are: needs --reason, and is registered')
    .option('--reason <text>', 'why they may not be blurred')
    .action(async (folder, options) => (await import('./export-dataset.ts')).exportDataSet(folder, options))
}
