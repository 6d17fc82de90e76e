import { watch } from 'node:fs'
import { readStateFile } from './runtime-files.ts'

/**
 * Resolves when the gateway of this home next says of itself something else than that it is starting, or when the
 * signal is aborted. Where the home cannot be watched it waits for the signal: whoever asks looks from time to time
 * anyway. Never rejects.
 */
export function nextNews(home: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
    try {
      const watcher = watch(home, { persistent: false, signal })
      watcher.on('error', () => watcher.close())
      watcher.on('change', (_, name) => {
        // An atomic replacement may show under its temporary name, which has the file's own in it.
        if (name !== null && !String(name).includes('gateway_state.json')) return
        void readStateFile(home).then((look) => {
          if (look.seen === 'content' && look.content.state.gatewayState === 'starting') return
          watcher.close()
          resolve()
        })
      })
    } catch {
      // No such home yet.
    }
  })
}
