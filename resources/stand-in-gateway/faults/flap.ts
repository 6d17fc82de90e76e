import type { GatewayContext } from '../gateway.ts'
import { platformEntry } from '../platforms.ts'
import type { StateFile } from '../state-file.ts'

/** From this loss of connection on, somebody should look. */
const lossesUntilAttention = 3

/** `name:S`: the platform loses its connection or finds it again every S seconds. */
export function flap(context: GatewayContext, state: StateFile, spec: string): NodeJS.Timeout {
  const colon = spec.lastIndexOf(':')
  const name = spec.slice(0, colon)
  let losses = 0
  let connected = true
  return setInterval(
    () => {
      connected = !connected
      if (!connected) losses++
      const needsAttention = losses >= lossesUntilAttention
      const entry = platformEntry(connected ? 'connected' : 'retrying', new Date(), needsAttention)
      if (connected) context.log.info(`✓ ${name} connected`)
      else context.log.problem('WARNING', `${name} disconnected: timed out — retrying`)
      state.write({ platforms: { [name]: entry } })
    },
    Number(spec.slice(colon + 1)) * 1000,
  )
}
