import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { discoverServices } from '../hermes/discover-services.ts'
import { createHermesGateway } from '../hermes/hermes-gateway.ts'
import type { LoginShell } from '../hermes/login-shell-path.ts'
import { visibleVariables } from '../hermes/masking.ts'
import { defaultHome, defaultProfile, type GatewayService, profileHome, serviceForHome } from '../hermes/service.ts'
import { createVault } from '../hermes/vault.ts'
import { createDefinitionCache } from '../launchd/definition-cache.ts'
import { readDefinitionFile } from '../launchd/definition-file.ts'
import { parseDefinition } from '../launchd/job-definition.ts'
import type { RunLaunchctl } from '../launchd/launchctl.ts'
import { createLaunchd } from '../launchd/launchd-domain.ts'
import { sameJob } from '../launchd/same-job.ts'
import type { DomainTarget } from '../launchd/target.ts'
import { until } from '../launchd/until.ts'
import { writeDefinitionFile } from '../launchd/write-definition-file.ts'
import { createProcessTable } from '../processes/process-table.ts'
import { createActivityLog } from '../supervisor/activity-log.ts'
import { type Controller, createController } from '../supervisor/controller.ts'
import { createServiceMemory } from '../supervisor/service-memory.ts'
import { wallClock } from '../supervisor/wall-clock.ts'
import type { Host } from './host.ts'

export interface HostFacts {
  readonly stateDirectory: string
  /** The account's home by its passwd entry, or the sandbox's. */
  readonly accountHome: string
  readonly uid: number
  readonly loginShell: LoginShell
  readonly run: RunLaunchctl
  /** Flags that a command needs to come here again, such as `--sandbox` on a Mac. */
  readonly flags: readonly string[]
}

/** Puts the layers together over one launchctl: the composition that the command line and the app share. */
export function buildHost(facts: HostFacts): Host {
  const { stateDirectory, accountHome, uid, run } = facts
  const clock = wallClock
  const domain: DomainTarget = { kind: 'gui', uid }
  const fallback: DomainTarget = { kind: 'user', uid }
  const vault = createVault(join(stateDirectory, 'definitions'))
  const activityLog = createActivityLog(join(stateDirectory, 'activity.jsonl'), clock.now)
  const processes = createProcessTable()
  const parse = createDefinitionCache(join(stateDirectory, 'read-definitions'))
  const controllers = new Map<string, Controller>()

  function create(service: GatewayService): Controller {
    const { label, plistPath } = service
    const gateway = createHermesGateway({
      service,
      accountHome,
      processes,
      vault,
      loginShell: facts.loginShell,
      now: clock.now,
      readDefinition: async (bytes) => {
        const parsed = await parseDefinition(bytes, { expectedLabel: label, visibleVariables })
        return parsed.valid ? parsed.definition : undefined
      },
    })
    return createController({
      gateway,
      clock,
      activityLog,
      flags: flagsFor(service),
      launchdUntil: (deadline, lookGraceMs) =>
        createLaunchd(until(run, deadline, clock.now, lookGraceMs), { domain, fallback }),
      memory: createServiceMemory(join(stateDirectory, 'services', `${label}.json`)),
      definitionFile: {
        read: () => readDefinitionFile(plistPath, { label, uid, visibleVariables, parse }),
        write: (bytes) => writeDefinitionFile(plistPath, bytes),
      },
      compare: (definition, report) => {
        const compared = sameJob(definition, report, plistPath)
        return compared.same ? [] : compared.differences
      },
      hold: async (what, options) => {
        // Loaded only here: a status holds nothing and should not wait for it.
        const { holdService } = await import('../supervisor/operation-lock.ts')
        return holdService(join(stateDirectory, 'operations'), label, { what, ...options })
      },
    })
  }

  return {
    stateDirectory,
    services: () => discoverServices({ accountHome, pinnedHome }),
    service: serviceOf,
    controller: (service) => {
      const known = controllers.get(service.label) ?? create(service)
      controllers.set(service.label, known)
      return known
    },
  }

  /** What has a command mean this service: the label where the profile's name is not its own. */
  function flagsFor({ label, profile }: GatewayService): string {
    const ofProfile = serviceOf(profile)
    const name = ofProfile.label === label ? profile : label
    return [...(name === defaultProfile ? [] : ['--profile', name]), ...facts.flags].map((word) => ` ${word}`).join('')
  }

  function serviceOf(profile: string): GatewayService {
    const root = defaultHome(accountHome)
    return serviceForHome(profile === defaultProfile ? root : profileHome(root, profile), accountHome)
  }

  async function pinnedHome(path: string): Promise<string | undefined> {
    const bytes = await readFile(path).catch(() => undefined)
    if (bytes === undefined) return undefined
    const parsed = await parseDefinition(bytes, { expectedLabel: basename(path, '.plist'), visibleVariables })
    return parsed.valid ? parsed.definition.environment['HERMES_HOME'] : undefined
  }
}
