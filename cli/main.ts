#!/usr/bin/env node
// The command line: jiemu serve | replay | score | truth | bench | cameras | users | models | calibrate | check | doctor, and the shard's role that `serve` forks.
import { Command, InvalidArgumentError, Option } from 'commander'
import { JiemuError } from '../core/errors.ts'
import { RESIZES } from '../models/families/family.ts'
import { FAMILY_NAMES } from '../models/families/index.ts'
import { addFeedbackCommands } from './feedback-commands.ts'
import { addUsersCommands } from './users-commands.ts'

function port(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('expected 0…65535')
  return number
}

function whole(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('expected a whole number')
  return number
}

const above0 =
  (most = Number.MAX_VALUE) =>
  (text: string): number => {
    const number = Number(text)
    if (number > 0 && number <= most) return number
    throw new InvalidArgumentError(`expected a number above 0${most < Number.MAX_VALUE ? `, at most ${most}` : ''}`)
  }

function share(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !(number >= 0 && number <= 1)) throw new InvalidArgumentError('expected 0…1')
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
  .command('audit')
  .description('the logs that nobody may change')
  .command('verify')
  .description('check that every row of every log is as it was written')
  .addOption(configFile())
  .addOption(dataDir())
  .action(async options => (await import('./audit.ts')).verifyAudit(options))

program
  .command('replay')
  .description('run footage through the production pipeline, as fast as it can be read: the same input, the same log')
  .argument(
    '<inputs...>',
    'truth files (.json), cameras’ files (.yaml), videos, detections (.jsonl, MOT det.txt); folders of clips, pictures, videos or truth files',
  )
  .option('--cameras <file>', 'cameras file with one camera, whose zones are laid over footage without any')
  .option('--interval <duration>', 'from one picture of a folder to the next: 500ms')
  .option('--fps <number>', 'frames a second of a MOT det.txt; from seqinfo.ini, if left out', above0(1_000))
  .option('--size <width x height>', 'of its frames in pixels: 1920x1080')
  .option('--log <file>', 'write incidents and jobs as JSON lines; the first line says whether they are complete')
  .option('--json', 'print those lines, and the scores as one more each', false)
  .option('--out <folder>', 'keep the log here, and each camera’s score, database and pictures in a folder of its own')
  .addOption(
    new Option('--pace <which>', 'as fast as can be, or as it was taken').choices(['fast', 'real']).default('fast'),
  )
  .option('--jitter <duration>', 'delay each frame by up to this')
  .option('--loss <share>', 'lose this share of the frames, 0 to 1', share)
  .option('--seed <number>', 'of what is delayed and lost', whole, 1)
  .option('--sampling <policy>', 'keyframes, or a number of frames a second')
  .option('--join-window <duration>', 'incidents of one kind and place within it share a job')
  .action(async (inputs, options) => (await import('./replay.ts')).replay(inputs, options))

program
  .command('score')
  .description('replay the footage of truth files, and say what was found, missed and invented')
  .argument('<truth...>', 'truth files (fixtures/README.md); of each, its footage is replayed')
  .option(
    '--json <file>',
    'write the figures there, and pictures of what was found, missed and invented into FILE.pictures beside it',
  )
  .action(async (files, options) => (await import('./score.ts')).scoreFiles(files, options))

const truth = program.command('truth').description('what should be seen in footage (fixtures/README.md)')
truth
  .command('import')
  .description('make a truth file of other tools’ annotations')
  .argument('<file>', 'a gt.txt of MOTChallenge, annotations of COCO, or activities of ActEV')
  .addOption(new Option('--format <which>', 'what the file is').choices(['mot', 'coco', 'actev']).makeOptionMandatory())
  .requiredOption('--out <file>', 'the truth file; counts are written beside it')
  .option('--camera <id>', 'the camera’s name; the truth file’s own, if left out')
  .option('--source <folder>', 'mot, coco: where the pictures lie; mot: as seqinfo.ini says, if left out')
  .option('--fps <number>', 'pictures a second; mot: as seqinfo.ini says, if left out', above0())
  .option('--size <WxH>', 'mot: of the pictures; as seqinfo.ini says, if left out')
  .option('--zone-options <name=value...>', 'mot, coco: of the crowding zone, from which its events are computed', [])
  .option('--classes <numbers>', 'mot: what is counted; pedestrians and static persons (1,7), if left out')
  .option('--min-visibility <share>', 'mot: count only those of whom so much can be seen', share)
  .option('--category <name>', 'coco: what is counted', 'person')
  .option('--like <truth>', 'actev: a truth file with the camera, its footage and its zones')
  .option('--map <activity=rule/zone...>', 'actev: which activities are events of which rule, and in which zone', [])
  .option('--video <name>', 'actev: which video, where the file has several')
  .action(async (file, options) => (await import('./truth.ts')).importTruth(file, options))
truth
  .command('check')
  .description('say of truth files whether they can be scored against: fields, zones, events, the footage’s length')
  .argument('<truth...>')
  .action(async files => (await import('./truth.ts')).checkTruth(files))

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

addUsersCommands(program, () => [configFile(), dataDir()])
addFeedbackCommands(program, () => [configFile(), dataDir()])

const calibrate = program
  .command('calibrate')
  .description('choose a network’s score thresholds on labelled pictures, and say what they are worth on others')
  .option('--data <folder>', 'images/NAME.jpg and labels/NAME.txt in YOLO lines: class x y width height')
  .option('--model <name>', 'the network; street-condition, and street-objects for counts, if left out')
  .option('--classes <pairs>', 'the data’s classes and the network’s: garbage=litter,garbage_bin=bin')
  .option('--names <list>', 'the data’s classes in the order of their numbers, where no data.yaml says so')
  .addOption(
    new Option('--split <which>', 'pictures to choose and to report on')
      .choices(['halves', 'choose', 'report', 'all'])
      .default('halves'),
  )
  .option('--objective <which>', 'f1, or precision>=0.95: the best recall at that precision', 'f1')
  .option('--tiles', 'look at tiles at native resolution instead of whole pictures', false)
  .option('--seed <number>', 'of the bootstrap', whole, 1)
  .option('--report <file>', 'write an HTML page with the curves and the plainest mistakes')
  .option('--write', 'write the chosen thresholds into the network’s card', false)
  .addOption(configFile())
  .addOption(dataDir())
  .action(async options => (await import('./calibrate.ts')).calibrateThresholds(options))
calibrate
  .command('counts')
  .description('fit a crowding zone’s countScale on pictures in which a person counted')
  .requiredOption('--counts <file>', 'a JSON file: { "NAME.jpg": { "count": 29 }, … }')
  .requiredOption('--frames <folder>', 'where the pictures lie')
  .option('--cameras <file>', 'the cameras file with the zone; the whole picture, if left out')
  .option('--zone <camera/zone>', 'which of its crowding zones')
  .configureHelp({ showGlobalOptions: true })
  .action(async (_, command) => (await import('./calibrate.ts')).calibrateZoneCounts(command.optsWithGlobals()))

const models = program.command('models').description('the networks at hand: shipped ones, and a city’s own')
models
  .command('list')
  .description('what each network finds, from which score on')
  .addOption(configFile())
  .addOption(dataDir())
  .action(async options => (await import('./models.ts')).listModels(options))
models
  .command('add')
  .description('try a network on an empty and a sample picture, and enter it (docs/6-models.md)')
  .argument('<file>', 'an ONNX file')
  .addOption(new Option('--family <family>', 'how its answer is read').choices(FAMILY_NAMES).makeOptionMandatory())
  .requiredOption('--classes <a,b,c>', 'its classes, in the order of its numbers')
  .option('--map <theirs=ours...>', 'what its classes are called here; "theirs=" drops one', [])
  .option('--threshold <ours=score...>', 'lowest score of a class', [])
  .option('--name <name>', 'what it is called in the settings; from the file’s name, if left out')
  .option('--licence <text>', 'under which it may be used', 'not stated')
  .option('--sample <picture>', 'a JPEG or PNG file to try it on; a drawn street, if left out')
  .addOption(new Option('--colour <order>', 'order of its colours').choices(['RGB', 'BGR']))
  .addOption(new Option('--range <range>', 'what black and white are').choices(['0-1', '0-255']))
  .option('--mean <r,g,b>', 'is taken off, after scaling to the range')
  .option('--std <r,g,b>', 'is divided by')
  .addOption(new Option('--resize <way>', 'how a crop is fitted into its input').choices(RESIZES))
  .addOption(configFile())
  .addOption(dataDir())
  .action(async (file, options) => (await import('./models.ts')).addModel(file, options))
models
  .command('remove')
  .description('take out a network that was added')
  .argument('<name>')
  .addOption(configFile())
  .addOption(dataDir())
  .action(async (name, options) => (await import('./models.ts')).removeModel(name, options))

const bench = program.command('bench').description('measure this machine; from the root of a checkout')
bench
  .command('dispatch')
  .description('incidents a second that dispatch takes, how late they are, and whether any is lost or doubled')
  .option('--seconds <number>', 'of the measured time; each step of the search takes a quarter of it', above0(), 60)
  .option('--rate <number>', 'measure at so many incidents a second, instead of searching for the rate', above0())
  .addOption(
    new Option('--back-end <name>', 'only on this one; on all, if left out').choices(['pglite', 'postgres', 'redis']),
  )
  .option('--out <folder>', 'write the result here instead of benchmarks/results')
  .action(async options => (await import('./bench-dispatch.ts')).benchDispatch(options))
bench
  .command('gate')
  .description(
    'compare each stage’s cost with that of the commit this one grew from, in pairs; fails where it is slower',
  )
  .option('--minutes <number>', 'take no longer than about this', above0(600), 8)
  .option('--against <commit>', 'compare with this one instead')
  .option('--stages <name...>', 'only these: decode, infer, track-rules, commit, queue, assign, notify')
  .option('--plant <stage=factor>', 'slow a stage of this commit down, to see that it is caught')
  .action(async options => (await import('./bench-gate.ts')).gate(options))

bench
  .command('throughput')
  .description(
    'more and more cameras with every rule on one core or more, within the latency budget or not: cost, memory, drops',
  )
  .option('--cameras <numbers>', 'measure so many at a time, in this order', '1,4,8,10,12,16,20')
  .option('--eventful <numbers>', 'then so many, with incidents that open and end at every tenth')
  .option('--all-engaged <numbers>', 'then so many that each watch something that stands; by default every fourth does')
  .option('--every-look <numbers>', 'then so many, without skipping what has not changed')
  .option('--attentive <numbers>', 'then so many that are decoded in full, as in a burst of attention')
  .option('--usual <numbers>', 'then so many at their own pace by each of the two usual ways')
  .addOption(
    new Option(
      '--feed <kind>',
      'a real RTSP server on a core of its own, or recorded packets that the shards read at their own pace',
    )
      .choices(['rtsp', 'file'])
      .default('rtsp'),
  )
  .addOption(
    new Option('--stream <which>', 'of 1080p, or the second one that cameras have, of 640×360')
      .choices(['main', 'sub'])
      .default('main'),
  )
  .option('--cores <number>', 'that the product has', above0(), 1)
  .option('--warm-seconds <number>', 'before that, at each', above0(), 60)
  .option('--seconds <number>', 'measured at each; a road is looked at once in 60', above0(), 60)
  .option('--out <folder>', 'write the result here instead of benchmarks/results')
  .action(async options => (await import('./bench-throughput.ts')).benchThroughput(options))

bench
  .command('report')
  .description('write the results, and what changed since another run, as one page that needs no network')
  .option('--results <path>', 'a folder of result files, or one of them', 'benchmarks/results')
  .option('--against <path>', 'those of an earlier run, to compare with')
  .option('--out <folder>', 'where report.html, report.md and report.json go', '.cache/report')
  .action(async options => (await import('./bench-report.ts')).benchReport(options))

program
  .command('backup')
  .description('everything in one file, also while `jiemu serve` runs: tables, pictures, what proves them')
  .argument('<file>', 'a new .tar file')
  .addOption(configFile())
  .addOption(dataDir())
  .option('--with-key', 'the key of the cameras’ passwords too: guard the file like the key', false)
  .option('--with-detections', 'the detection log too', false)
  .action(async (file, options) => (await import('./backup.ts')).backup(file, options))

program
  .command('restore')
  .description('check a backup to its last byte, and make an empty data directory (and DATABASE_URL) what it was')
  .argument('<file>', 'a file of `jiemu backup`')
  .addOption(configFile())
  .addOption(dataDir())
  .action(async (file, options) => (await import('./backup.ts')).restore(file, options))

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
program.command('errand', { hidden: true }).action(async () => (await import('./errand.ts')).errand())

try {
  await program.parseAsync()
} catch (thrown) {
  if (!(thrown instanceof JiemuError)) throw thrown
  console.error(`jiemu: ${thrown.message} [${thrown.code}]\n       ${thrown.hint}`)
  process.exitCode = 1
}
