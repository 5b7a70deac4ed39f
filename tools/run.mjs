// One script behind `npm start`, `npm test` and `npm run check`: it installs and builds what is missing, and says what it does.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const ROOT = join(import.meta.dirname, '..')
const NODE_FLOOR = [20, 19]
const startedAt = Date.now()

const say = text => console.log(`[jiemu +${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${text}`)

/** Runs a program of the project without a shell; rejects with its exit code. */
function run(file, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: ROOT,
      stdio: ['inherit', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      env: { ...process.env, ...env },
    })
    const output = []
    child.stdout?.on('data', chunk => output.push(chunk))
    child.stderr?.on('data', chunk => output.push(chunk))
    const forward = signal => child.kill(signal)
    process.on('SIGINT', forward)
    process.on('SIGTERM', forward)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      process.off('SIGINT', forward)
      process.off('SIGTERM', forward)
      if (code === 0) return resolve()
      if (quiet) process.stdout.write(Buffer.concat(output))
      reject(Object.assign(new Error(`${[file, ...args].join(' ')} ended with ${code ?? signal}`), { code: code ?? 1 }))
    })
  })
}

const node = (path, ...args) => run(process.execPath, [join(ROOT, path), ...args])
const tool = (name, ...args) => node(`node_modules/${name}`, ...args)

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor < NODE_FLOOR[1])) {
    throw new Error(`Node ${NODE_FLOOR.join('.')} or newer is needed; this is ${process.versions.node}`)
  }
}

/** Installs when the lock file is not the one that was installed last. */
async function install() {
  const stamp = join(ROOT, 'node_modules/.jiemu-installed')
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .update(process.version)
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('installing packages (once; about 800 MB with the inference runtime) …')
  const npm = process.env.npm_execpath
  // Not `npm ci`: it refuses a lock file that lacks an optional package of a foreign platform, and not every registry
  // has them all. `--no-save` keeps to the lock file and leaves it as it is.
  // The compiler is a development dependency, and NODE_ENV=production would leave it out.
  const args = ['install', '--include=dev', '--no-save', '--no-fund', '--no-audit', '--loglevel=error']
  await (npm ? run(process.execPath, [npm, ...args]) : run('npm', args))
  writeFileSync(stamp, wanted)
  say('packages installed')
}

/** Only what differs from the last build: the pages take some seconds, and seldom change between two tests. */
async function buildConsole() {
  const stamp = join(ROOT, 'dist/.console-built')
  const read = [join(ROOT, 'console'), join(ROOT, 'core'), join(ROOT, 'package-lock.json')].flatMap(filesBelow)
  const wanted = createHash('sha256')
  for (const file of read) wanted.update(file).update(readFileSync(file))
  const hash = wanted.digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  await tool('vite/bin/vite.js', 'build', '--config', 'console/vite.config.ts', '--logLevel', 'warn')
  writeFileSync(stamp, hash)
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap(name => filesBelow(join(path, name)))
}

/** Everything that the compiled program reads beside itself. */
const ASSETS = ['package.json', 'config.example.yaml', 'models', 'fixtures']

async function build() {
  say('building …')
  await Promise.all([tool('typescript/bin/tsc', '-p', 'tsconfig.build.json'), buildConsole()])
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  for (const asset of ASSETS) {
    cpSync(join(ROOT, asset), join(ROOT, 'dist', asset), {
      recursive: true,
      filter: source => !source.endsWith('.ts'),
    })
  }
  await node('dist/tools/lay-empty-cluster.js')
}

/** Two lanes for two cores: whichever is free takes the next step. Each step's output is shown where it failed. */
async function check(...args) {
  const steps = [
    // Where npm test comes next, as in .ci/run, it runs them.
    ...(args.includes('--before-tests') ? [] : [['unit tests', 'vitest/vitest.mjs', 'run', '--project', 'unit']]),
    ['types', 'typescript/bin/tsc', '-p', 'tsconfig.json'],
    ['types of the console', 'typescript/bin/tsc', '-p', 'console/tsconfig.json'],
    ['layers', 'dependency-cruiser/bin/dependency-cruise.mjs', '--output-type', 'err', '.'],
    ['dead code', 'knip/bin/knip.js'],
    ['format and lint', '@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ]
  const failures = []
  const lane = async () => {
    for (let step = steps.shift(); step; step = steps.shift()) {
      const [name, path, ...args] = step
      try {
        await run(process.execPath, [join(ROOT, 'node_modules', path), ...args], { quiet: true })
        say(`check: ${name} passed`)
      } catch {
        say(`check: ${name} FAILED`)
        failures.push(name)
      }
    }
  }
  await Promise.all([lane(), lane()])
  if (failures.length > 0) throw new Error(`check failed: ${failures.join(', ')}`)
}

const COMMANDS = {
  async start(...args) {
    await build()
    say('starting the demo; Ctrl-C stops it')
    await node('dist/cli/main.js', 'serve', '--demo', ...args)
  },
  async test(...args) {
    await build()
    say('unit tests and the main job end to end')
    await tool('vitest/vitest.mjs', 'run', '--project', 'unit', '--project', 'e2e', ...args)
  },
  async real(...args) {
    await build()
    say('tests against real servers and real footage')
    await tool('vitest/vitest.mjs', 'run', '--project', 'real', '--project', 'brief', ...args)
  },
  async browser(...args) {
    await build()
    say('tests in a real browser')
    await tool('vitest/vitest.mjs', 'run', '--project', 'browser', ...args)
  },
  async jiemu(...args) {
    await build()
    await node('dist/cli/main.js', ...args)
  },
  /** A measurement, by its program below benchmarks/. */
  async bench(program, ...args) {
    await build()
    await node(`dist/benchmarks/${program}.js`, ...args)
  },
  /** Every page, as people see it, into .cache/screenshots. */
  async screenshots() {
    await build()
    process.env.JIEMU_TOUR = 'all'
    await tool('vitest/vitest.mjs', 'run', '--project', 'browser', 'console/tour.real.test.ts')
    say('the pictures lie in .cache/screenshots')
  },
  check,
  build,
  async docs() {
    await build()
    await node('dist/tools/write-docs.js')
  },
  async clean() {
    for (const folder of ['dist', '.cache']) rmSync(join(ROOT, folder), { recursive: true, force: true })
  },
}

const [name = '', ...args] = process.argv.slice(2)
try {
  checkNode()
  const command = COMMANDS[name]
  if (!command) throw new Error(`usage: node tools/run.mjs ${Object.keys(COMMANDS).join(' | ')}`)
  await install()
  await command(...args)
} catch (error) {
  say(error.message)
  process.exitCode = error.code && Number.isInteger(error.code) ? error.code : 1
}
