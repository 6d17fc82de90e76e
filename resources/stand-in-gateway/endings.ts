import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayContext } from './gateway.ts'
import { consumeMarker } from './markers.ts'

/** Why a gateway ends. */
type Ending = 'restart' | 'planned stop' | 'unplanned stop' | 'interrupt'

/** How often the watcher looks for a marker of its own accord. Seconds. */
const watchSeconds = 0.5

/** Listens for everything that may end the gateway. */
export interface Endings {
  /** What was asked for so far; a stop overrules a restart. */
  readonly asked: () => Ending | undefined
  /** Resolves at the first request. */
  readonly first: Promise<void>
  /** Waits this long, or until the first request. */
  wait(ms: number): Promise<void>
  close(): void
}

/**
 * Serves SIGTERM, SIGINT and SIGUSR1, and looks for stop markers now and then: a marker alone ends the gateway too.
 *
 * The first verdict about a stop is final. The marker is used up by it, so that a SIGTERM that follows the watcher's find
 * would otherwise pass for an accident.
 */
export function listenForEndings(context: GatewayContext): Endings {
  const { home, identity, log, switches } = context
  const woken = new AbortController()
  let ending: Ending | undefined
  let tellFirst = (): void => {}
  const first = new Promise<void>((resolve) => {
    tellFirst = resolve
  })
  const ask = (wanted: Ending): void => {
    if (ending !== undefined && (ending !== 'restart' || wanted === 'restart')) return
    ending = wanted
    woken.abort()
    tellFirst()
  }
  const marked = (): boolean => consumeMarker(home.path, identity, Date.now())
  const onTerminate = (): void => {
    log.info('Received SIGTERM — initiating shutdown')
    if (!switches.faults['ignore-sigterm']) ask(marked() ? 'planned stop' : 'unplanned stop')
  }
  const onInterrupt = (): void => {
    log.info('Received SIGINT — initiating shutdown')
    ask('interrupt')
  }
  const onRestart = (): void => {
    if (ending === undefined) log.info('Stopping gateway for restart...')
    ask('restart')
  }
  const watcher = setInterval(
    () => {
      if (!switches.faults['ignore-sigterm'] && ending === undefined && marked()) ask('planned stop')
    },
    watchSeconds * 1000 * switches.timeScale,
  )
  process.removeAllListeners('SIGUSR1').on('SIGUSR1', onRestart).on('SIGTERM', onTerminate).on('SIGINT', onInterrupt)

  return {
    asked: () => ending,
    first,
    async wait(ms) {
      await pause(ms, undefined, { signal: woken.signal }).catch(() => {})
    },
    // The handlers stay: a signal during the last moments must not kill a gateway that is ending in good order.
    close: () => clearInterval(watcher),
  }
}
