import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { RunLaunchctl } from '../launchd/launchctl.ts'
import { createLaunchctlExecutable } from '../launchd/launchctl-executable.ts'
import { createEmulatorClient } from '../launchd-emulator/client.ts'
import { buildHost } from './build-host.ts'
import type { Host } from './host.ts'
import { prepareSandbox, type SandboxPrograms, sandboxIn } from './sandbox.ts'

/** Never looked up in PATH: whatever stands first there is not launchd's (production rule). */
const launchctlPath = '/bin/launchctl'

/** Whether this machine has a launchd at all; without one the sandbox is the only place to work. */
export function hasLaunchd(platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'darwin' && existsSync(launchctlPath)
}

/** The launchd of this Mac and the account that runs this process. */
export function openLaunchdHost(stateDirectory: string): Host {
  const user = userInfo()
  return buildHost({
    stateDirectory,
    // The passwd entry, and not $HOME, which Hermes' profile mode may point elsewhere.
    accountHome: user.homedir,
    uid: user.uid,
    loginShell: { shell: user.shell ?? '/bin/zsh', accountHome: user.homedir, user: user.username },
    run: createLaunchctlExecutable({ path: launchctlPath }),
    flags: [],
  })
}

/** The sandbox below the state directory, made ready first. What Caduceus itself keeps for it lies inside it too. */
export async function openSandboxHost(stateDirectory: string, programs: SandboxPrograms): Promise<Host> {
  const sandbox = sandboxIn(stateDirectory)
  await prepareSandbox(sandbox, programs)
  const { uid, username } = userInfo()
  const run: RunLaunchctl = emulatorOf(stateDirectory, programs).run
  return buildHost({
    stateDirectory: sandbox.root,
    accountHome: sandbox.accountHome,
    uid,
    loginShell: { shell: '/bin/sh', accountHome: sandbox.accountHome, user: username },
    run,
    flags: hasLaunchd() ? ['--sandbox'] : [],
  })
}

/** The embedded launchd of the sandbox; nothing starts before it is asked. */
export function emulatorOf(stateDirectory: string, programs: SandboxPrograms) {
  const { launchdRoot, accountHome } = sandboxIn(stateDirectory)
  return createEmulatorClient({
    root: launchdRoot,
    daemonPath: programs.launchd,
    nodePath: programs.node,
    home: accountHome,
  })
}
