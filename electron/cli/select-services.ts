import type { GatewayService } from '../hermes/service.ts'
import type { Host } from '../host/host.ts'
import { UsageError } from './usage-error.ts'

/** The services that a look is about: one profile's, or all. */
export async function selectServices(host: Host, profile: string | undefined): Promise<readonly GatewayService[]> {
  const services = await host.services()
  return profile === undefined ? services : [select(services, profile)]
}

/** The one service that a change is about: the profile's, or the default gateway. */
export async function selectService(host: Host, profile: string | undefined): Promise<GatewayService> {
  return select(await host.services(), profile ?? 'default')
}

function select(services: readonly GatewayService[], profile: string): GatewayService {
  // A home outside the root has no profile's name of its own; its label tells it apart.
  const found = services.find((service) => service.profile === profile || service.label === profile)
  if (found !== undefined) return found
  const known = services.map((service) => service.profile).join(', ')
  throw new UsageError(`There is no profile ${JSON.stringify(profile)} here. Known: ${known}.`)
}
