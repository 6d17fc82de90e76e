import { connect } from 'node:net'
import { type Answers, encode, protocolVersion, type Request } from './protocol.ts'

/** How one exchange with the daemon ended. */
export type Exchange<T> =
  | { readonly ended: 'answered'; readonly answer: T }
  /** Nobody is there, or left before it took the request: asking again is safe. */
  | { readonly ended: 'absent' }
  /** The daemon went away after it took the request: whether it was performed is not known. */
  | { readonly ended: 'lost'; readonly cause: string }

/** Sends one request and waits for its answer, as long as `signal` allows; an abort ends as `lost`. */
export async function exchange<K extends Request['ask']>(
  socketPath: string,
  request: Extract<Request, { readonly ask: K }>,
  signal?: AbortSignal,
): Promise<Exchange<Answers[K]>> {
  return await new Promise((resolve) => {
    const socket = connect(socketPath)
    let text = ''
    let isGreeted = false
    const end = (result: Exchange<Answers[K]>): void => {
      signal?.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(result)
    }
    const onAbort = (): void => end({ ended: 'lost', cause: 'aborted' })
    const onGone = (): void => end(isGreeted ? { ended: 'lost', cause: 'launchd went away' } : { ended: 'absent' })
    if (signal?.aborted === true) return onAbort()
    signal?.addEventListener('abort', onAbort)
    socket.setEncoding('utf8')
    socket.on('error', onGone)
    socket.on('close', onGone)
    socket.on('data', (chunk: string) => {
      text += chunk
      for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n')) {
        const line = text.slice(0, newline)
        text = text.slice(newline + 1)
        if (isGreeted) return end({ ended: 'answered', answer: JSON.parse(line) })
        if (JSON.parse(line).launchd !== protocolVersion) {
          return end({ ended: 'lost', cause: 'a launchd of another version runs' })
        }
        isGreeted = true
        socket.write(encode(request))
      }
    })
  })
}
