import { existsSync } from 'node:fs'
import { emulatorOf } from '../../host/open-host.ts'
import { isSandbox, removeSandbox, type SandboxPrograms, sandboxIn } from '../../host/sandbox.ts'
import { exitCodes } from '../exit-code.ts'
import type { Terminal } from '../terminal.ts'

export type SandboxAction = 'status' | 'stop' | 'reset'

/** `caduceus sandbox status|stop|reset`: where it lives, ending its launchd, clearing it. Returns the exit code. */
export async function sandbox(
  action: SandboxAction,
  stateDirectory: string,
  programs: SandboxPrograms,
  terminal: Terminal,
): Promise<number> {
  const world = sandboxIn(stateDirectory)
  const emulator = emulatorOf(stateDirectory, programs)
  if (!existsSync(world.root)) {
    terminal.out(`There is no sandbox at ${world.root}. \`caduceus start\` makes one where there is no launchd.\n`)
    return exitCodes.done
  }
  if (!isSandbox(world)) {
    terminal.err(
      `${world.root} was not made by Caduceus. Move it away, or name another folder by CADUCEUS_STATE_DIR.\n`,
    )
    return exitCodes.refused
  }
  switch (action) {
    case 'status': {
      const { running, pid, jobs } = await emulator.status()
      terminal.out(`Sandbox: ${world.root}\n`)
      terminal.out(
        running
          ? `Its launchd runs with pid ${pid}; loaded: ${namesOf(jobs.map(({ target }) => target))}.\n`
          : 'Its launchd is not running.\n',
      )
      return exitCodes.done
    }
    case 'stop':
      await emulator.stop()
      terminal.out('The sandbox is stopped: its jobs have ended and its launchd too. Nothing was removed.\n')
      return exitCodes.done
    case 'reset':
      await emulator.stop()
      await removeSandbox(world)
      terminal.out(`The sandbox is stopped and removed: ${world.root}\n`)
      return exitCodes.done
    default:
      return action satisfies never
  }
}

function namesOf(jobs: readonly string[]): string {
  return jobs.length === 0 ? 'nothing' : jobs.join(', ')
}
