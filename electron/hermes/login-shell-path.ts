import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

export interface LoginShell {
  /** The account's login shell, absolute, from its passwd entry. */
  readonly shell: string
  readonly accountHome: string
  readonly user: string
}

/** Runs the shell on a command line, with a time limit, and answers with what it printed; rejects when that failed. */
export type RunShell = (
  shell: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Promise<string>

/** What launchd and macOS give everybody. */
const systemFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
/** Where people's tools are on the two kinds of Macs, where the shell did not say. */
const likelyFolders = ['/opt/homebrew/bin', '/usr/local/bin']

const timeLimitMs = 3_000
const mark = '__caduceus_path__'

/**
 * The PATH that the account's login shell would have: that of an app is launchd's poor one, with which node and ffmpeg
 * are not found (hermes-agent#4121). Asks the shell, which may take seconds, so only when a definition is rendered; a
 * shell that fails or takes too long is answered for by the usual folders. Never rejects.
 */
export async function loginShellPath(
  account: LoginShell,
  run: RunShell = runShell,
  exists: (path: string) => boolean = existsSync,
): Promise<string> {
  const { shell, accountHome, user } = account
  const environment = {
    HOME: accountHome,
    USER: user,
    LOGNAME: user,
    SHELL: shell,
    TERM: 'dumb',
    PATH: systemFolders.join(':'),
  }
  try {
    // Interactive too: many people extend PATH in `.zshrc`, which a login shell alone does not read. `printenv` shows
    // what was exported, in every shell's language alike.
    const command = `echo ${mark}; /usr/bin/printenv PATH; echo ${mark}`
    const path = pathIn(await run(shell, ['-l', '-i', '-c', command], environment))
    if (path !== undefined) return path
  } catch {
    // The usual folders it is.
  }
  return [...likelyFolders.filter(exists), ...systemFolders].join(':')
}

/** The line between the marks, without what start files printed around it; only absolute folders count. */
function pathIn(output: string): string | undefined {
  const line = output.split(mark)[1]?.trim()
  if (line === undefined || line.includes('\n')) return undefined
  const folders = line.split(':').filter((folder) => folder.startsWith('/'))
  return folders.length === 0 ? undefined : [...new Set(folders)].join(':')
}

function runShell(
  shell: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // A session of its own: an interactive shell would stop at the terminal of whoever started us, and whatever its
    // start files left running is ended with it.
    const child = spawn(shell, args, {
      env: environment,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let output = ''
    const end = (): void => {
      clearTimeout(limit)
      child.stdout.destroy()
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It is gone already.
      }
    }
    const limit = setTimeout(() => {
      end()
      reject(new Error(`${shell} took longer than ${timeLimitMs} ms`))
    }, timeLimitMs)
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      output += text
      // Complete: something that a start file left behind may hold the pipe open for ever.
      if (output.split(mark).length > 2) {
        end()
        resolve(output)
      } else if (output.length > 1024 * 1024) {
        end()
        reject(new Error(`${shell} printed too much`))
      }
    })
    child.once('error', (error) => {
      end()
      reject(error)
    })
    child.stdout.once('close', () => {
      end()
      resolve(output)
    })
  })
}
