import type { EmulatorClient } from './client.ts'
import { failed, type Outcome, printed, silentSuccess } from './launchctl-call.ts'

const usage = 'Usage: launchctl emulator status | stop | switch <key>=<value> ...'

/** `launchctl emulator …`: the emulator's only addition to launchctl, which no verb of launchd's collides with. */
export async function emulatorCommand(args: readonly string[], client: EmulatorClient): Promise<Outcome> {
  const [command, ...operands] = args
  switch (command) {
    case 'status':
      return printed(`${JSON.stringify(await client.status(), null, 2)}\n`)
    case 'stop':
      await client.stop()
      return silentSuccess
    case 'switch':
      if (operands.length === 0 || operands.some((operand) => !operand.includes('='))) return failed(64, usage)
      await client.setSwitches(Object.fromEntries(operands.map(splitOperand)))
      return silentSuccess
    default:
      return failed(64, usage)
  }
}

function splitOperand(operand: string): readonly [string, string] {
  const at = operand.indexOf('=')
  return [operand.slice(0, at), operand.slice(at + 1)]
}
