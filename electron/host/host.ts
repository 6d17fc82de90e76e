import type { GatewayService } from '../hermes/service.ts'
import type { Controller } from '../supervisor/controller.ts'

/** Where this run of Caduceus works: on the launchd of this Mac, or in the sandbox with the embedded one. */
export interface Host {
  /** Everything that Caduceus itself writes: kept copies, memory, activity log. Absolute. */
  readonly stateDirectory: string
  /** The default gateway first, then profiles by name. */
  services(): Promise<readonly GatewayService[]>
  /** The service of a profile, whether it exists already or not. Throws a ProfileNameError for a name Hermes refuses. */
  service(profile: string): GatewayService
  /** The one controller of a service. */
  controller(service: GatewayService): Controller
}
