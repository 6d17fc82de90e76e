import type { ServiceStatus } from '../../contract/service-status.ts'
import type { Context } from '../context.ts'
import { exitCodeOfStatus } from '../exit-code.ts'
import { selectServices } from '../select-services.ts'
import { statusText } from '../status-text.ts'
import { changes, livePicture, watch } from '../watch.ts'

export interface StatusOptions {
  readonly profile?: string
  readonly json?: boolean
  readonly watch?: boolean
  /** Seconds that launchd may take for one look. */
  readonly timeout: number
}

/** How long one look may take unless told otherwise, in seconds. */
export const lookSeconds = 10

/** `caduceus status`: what is, why, and what can be done. Returns the exit code. */
export async function status(context: Context, options: StatusOptions): Promise<number> {
  const { host, terminal, signal, readerGone } = context
  const controllers = (await selectServices(host, options.profile)).map((service) => host.controller(service))
  const look = () => Promise.all(controllers.map((controller) => controller.status(options.timeout * 1000)))
  const text = (statuses: readonly ServiceStatus[]) => statuses.map((one) => statusText(one, terminal)).join('\n')

  if (options.watch !== true) {
    const statuses = await look()
    terminal.out(options.json === true ? `${JSON.stringify(statuses, undefined, 2)}\n` : text(statuses))
    return exitCodeOfStatus(statuses)
  }
  const show =
    options.json === true
      ? changes((statuses) => terminal.out(`${JSON.stringify(statuses)}\n`))
      : terminal.interactive
        ? livePicture(terminal, 'Ctrl-C ends the view; the gateway keeps running.')
        : changes((statuses) => terminal.out(`${text(statuses)}\n`))
  return exitCodeOfStatus(await watch(look, show, AbortSignal.any([signal, readerGone])))
}
