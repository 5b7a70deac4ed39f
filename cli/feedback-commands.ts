// The commands of feedback, `jiemu precision | tune | export-dataset`, and their options.
import { type Command, Option } from 'commander'
import { PRECISION_GROUPS } from '../core/alert-precision.ts'
import { RULE_KINDS } from '../core/observation.ts'

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
}
