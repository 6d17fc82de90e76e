import { spawn as spawnProcess } from 'node:child_process'
import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type ExitStatus, exitStatus } from './exit-status.ts'
import type { JobDefinition } from './job-definition.ts'

/** What became of one attempt to spawn a job. */
export interface SpawnAttempt {
  /** Of the program, or of the stub process where the program could not be executed; absent where not even that ran. */
  readonly pid?: number
  /** Why the program itself never ran (R-78-1). */
  readonly problem?: string
  /** The program's file is missing, which arms a watch on it (R-PENALTY-1). */
  readonly missingProgram?: string
}

interface SpawnOptions {
  readonly environment: Readonly<Record<string, string>>
  /** Whether parent directories of the Standard*Path files are created (R-STDIO-2, K-STDMKDIR). */
  readonly createDirectories: boolean
}

/** Starts processes of jobs. A port, so that a job's decisions can be tested without any process. */
export interface Spawner {
  spawn(definition: JobDefinition, options: SpawnOptions, onExit: (status: ExitStatus) => void): SpawnAttempt
}

/** Where a program without a slash is looked up, and the PATH of a job that sets none (R-ENV-1). */
export const defaultPath = '/usr/bin:/bin:/usr/sbin:/sbin'

const defaultUmask = 0o022

/** Created, appended to, never truncated, mode 0666 minus the umask (R-STDIO-1). */
const outputFlags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND

/** Real processes, each the leader of a session and a process group of its own (R-EXIT-1). */
export const processSpawner: Spawner = {
  spawn(definition, options, onExit) {
    const umask = definition.umask ?? defaultUmask
    const previous = process.umask(umask)
    const files: number[] = []
    try {
      const prepared = prepare(definition, options, files)
      const pid =
        'problem' in prepared
          ? undefined
          : start(prepared.program, definition, prepared.cwd, files, options.environment, onExit)
      if (pid !== undefined) return { pid }
      // launchd forks first and fails in the child: a stub process exists for a moment and exits 78 (R-78-1).
      const stub = startStub(onExit)
      return {
        ...(stub === undefined ? {} : { pid: stub }),
        ...('problem' in prepared ? prepared : { problem: `could not execute ${prepared.program}` }),
      }
    } finally {
      process.umask(previous)
      for (const file of files) closeSync(file)
    }
  },
}

/** The file that `definition` would execute: `ProgramArguments[0]` without a slash is looked up in launchd's own PATH. */
function programFile(definition: JobDefinition): string {
  const { program, inferredProgram, workingDirectory } = definition
  if (inferredProgram && !program.includes('/')) {
    const found = defaultPath.split(':').find((directory) => isExecutableFile(join(directory, program)))
    if (found !== undefined) return join(found, program)
  }
  return resolve(workingDirectory ?? '/', program)
}

export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

type Prepared =
  | { readonly program: string; readonly cwd: string }
  | { readonly problem: string; readonly missingProgram?: string }

/** The checks of the stub process, in its order; opens the Standard*Path files into `files` as 0, 1, 2. */
function prepare(definition: JobDefinition, { createDirectories }: SpawnOptions, files: number[]): Prepared {
  const cwd = definition.workingDirectory ?? '/'
  try {
    if (!statSync(cwd).isDirectory()) return { problem: `not a directory: ${cwd}` }
    accessSync(cwd, constants.X_OK)
  } catch {
    return { problem: `could not change to directory ${cwd}` }
  }
  const { stdinPath, stdoutPath, stderrPath } = definition
  for (const path of [stdinPath, stdoutPath, stderrPath]) {
    const file = resolve(cwd, path ?? '/dev/null')
    try {
      if (createDirectories && path !== undefined) mkdirSync(dirname(file), { recursive: true })
      files.push(path === stdinPath && !isPipe(file) ? openSync(file, 'r') : openSync(file, outputFlags, 0o666))
    } catch {
      return { problem: `could not open ${file}` }
    }
  }
  const program = programFile(definition)
  if (isExecutableFile(program)) return { program, cwd }
  return isPresent(program)
    ? { problem: `not executable: ${program}` }
    : { problem: `no such program: ${program}`, missingProgram: program }
}

/** Opening a pipe for reading alone would wait for a writer, and the whole daemon with it. */
function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true
}

function isPresent(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function start(
  program: string,
  definition: JobDefinition,
  cwd: string,
  [stdin, stdout, stderr]: readonly number[],
  environment: Readonly<Record<string, string>>,
  onExit: (status: ExitStatus) => void,
): number | undefined {
  const [argv0, ...args] = definition.programArguments
  return startProcess(
    program,
    args,
    {
      argv0: argv0 ?? program,
      cwd,
      env: { ...environment },
      stdio: [stdin ?? 'ignore', stdout ?? 'ignore', stderr ?? 'ignore'],
    },
    onExit,
  )
}

function startStub(onExit: (status: ExitStatus) => void): number | undefined {
  return startProcess(
    '/bin/sh',
    ['-c', 'exit 78'],
    { argv0: '/bin/sh', cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'ignore'] },
    onExit,
  )
}

interface ProcessOptions {
  readonly argv0: string
  readonly cwd: string
  readonly env: Record<string, string>
  readonly stdio: [number | 'ignore', number | 'ignore', number | 'ignore']
}

function startProcess(
  file: string,
  args: readonly string[],
  options: ProcessOptions,
  onExit: (status: ExitStatus) => void,
): number | undefined {
  try {
    const child = spawnProcess(file, args, { ...options, detached: true })
    // Node reports most failures to execute as an event after the fact; the missing pid tells them at once.
    child.on('error', () => {})
    if (child.pid === undefined) return undefined
    child.once('exit', (code, signal) => onExit(exitStatus(code, signal)))
    return child.pid
  } catch {
    return undefined
  }
}
