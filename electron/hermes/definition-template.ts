import { dirname, join } from 'node:path'
import { renderScript } from './osascript.ts'
import { type PropertyValue, renderPropertyList } from './property-list-text.ts'
import { defaultProfile, type GatewayService } from './service.ts'
import { quoteShellWord } from './shell-words.ts'

/** What a definition of our own rendering is made of. All paths are absolute. */
export interface TemplateFacts {
  readonly service: GatewayService
  /** The python of the installed Hermes. */
  readonly interpreter: string
  /** The value of PATH: `definitionPath(…)`. */
  readonly path: string
  /**
   * `osascript` where that program is: only then may the gateway reach the local network (hermes-agent#71206).
   * `wrapper` elsewhere.
   */
  readonly form: 'osascript' | 'wrapper'
  /** `runtime.nofile_soft_limit` of the home's configuration, where it is known. */
  readonly openFiles?: number
}

/**
 * The definition that the Hermes of late 2026 would write, as text. Throws `RangeError` when a path holds characters
 * that no property list can carry.
 */
export function renderDefinition(facts: TemplateFacts): string {
  const { service, path, openFiles } = facts
  const { home, label } = service
  const { stdout, stderr } = logsOf(home)
  const definition: { readonly [key: string]: PropertyValue } = {
    Label: label,
    ProgramArguments: programArguments(facts),
    WorkingDirectory: home,
    EnvironmentVariables: { PATH: path, HERMES_HOME: home, HERMES_SUPERVISED_CHILD: '1' },
    LimitLoadToSessionType: ['Aqua', 'Background'],
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 30,
    // The gui domain clamps larger values to this.
    ExitTimeOut: 60,
    ...(openFiles === undefined ? {} : { SoftResourceLimits: { NumberOfFiles: openFiles } }),
    StandardOutPath: stdout,
    StandardErrorPath: stderr,
  }
  return renderPropertyList(definition)
}

function logsOf(home: string): { readonly stdout: string; readonly stderr: string } {
  return { stdout: join(home, 'logs', 'gateway.log'), stderr: join(home, 'logs', 'gateway.error.log') }
}

function programArguments(facts: TemplateFacts): readonly string[] {
  const command = gatewayCommand(facts)
  switch (facts.form) {
    case 'wrapper':
      return command
    case 'osascript': {
      const { stdout, stderr } = logsOf(facts.service.home)
      const shellText = `exec ${command.map(quoteShellWord).join(' ')} >> ${quoteShellWord(stdout)} 2>> ${quoteShellWord(stderr)}`
      return ['/usr/bin/osascript', '-l', 'JavaScript', '-e', renderScript(shellText)]
    }
    default:
      return facts.form satisfies never
  }
}

/** The wrapper stamps the error log and turns 78 into 0, which is what keeps a misconfigured gateway down. */
function gatewayCommand({ service, interpreter }: TemplateFacts): readonly string[] {
  const { home, profile } = service
  return [
    ...[interpreter, '-m', 'hermes_cli.stderr_timestamp', '--error-log', logsOf(home).stderr, '--'],
    ...[interpreter, '-m', 'hermes_cli.main'],
    ...(profile === defaultProfile ? [] : ['--profile', profile]),
    ...['gateway', 'run', '--external-supervisor'],
  ]
}

export interface PathFacts {
  /** The checkout: `<root>/hermes-agent`. */
  readonly project: string
  readonly home: string
  /** The PATH of a login shell. */
  readonly loginPath: string
  readonly isFolder: (path: string) => boolean
  readonly isFile: (path: string) => boolean
}

/**
 * The PATH of a definition, by Hermes' own rule: its own folders that exist, then the login shell's, each once, in
 * order.
 */
export function definitionPath({ project, home, loginPath, isFolder, isFile }: PathFacts): string {
  const login = loginPath.split(':').filter((folder) => folder !== '')
  // The folder that a link to node stands in, and not the one that it leads to: that one changes with each update.
  const nodeFolder = login.find((folder) => isFile(join(folder, 'node')))
  const own = [
    join(project, 'venv', 'bin'),
    join(project, 'node_modules', '.bin'),
    join(home, 'node', 'bin'),
    join(home, 'node_modules', '.bin'),
    ...(nodeFolder === undefined ? [] : [nodeFolder]),
  ].filter(isFolder)
  // A colon inside a folder's name would cut it in two.
  return [...new Set([...own, ...login])].filter((folder) => !folder.includes(':')).join(':')
}

/** The checkout that an interpreter belongs to: `<project>/venv/bin/python`. */
export function projectOf(interpreter: string): string {
  return dirname(dirname(dirname(interpreter)))
}
