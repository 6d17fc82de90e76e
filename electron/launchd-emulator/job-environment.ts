import { tmpdir, userInfo } from 'node:os'
import type { JobDefinition } from './job-definition.ts'
import { defaultPath } from './spawn.ts'
import type { Switches } from './switches.ts'

/** The complete environment of a job's process: launchd's own few variables, the domain's, the definition's (R-ENV-1). */
export function jobEnvironment(
  definition: JobDefinition,
  home: string,
  domainEnvironment: readonly (readonly [name: string, value: string])[],
  switches: Switches,
): Readonly<Record<string, string>> {
  const user = userInfo()
  return {
    PATH: defaultPath,
    ...Object.fromEntries(domainEnvironment),
    HOME: home,
    LOGNAME: user.username,
    USER: user.username,
    SHELL: user.shell ?? '/bin/sh',
    TMPDIR: tmpdir(),
    XPC_FLAGS: '0x0',
    XPC_SERVICE_NAME: definition.label,
    ...(switches['K-DIALECT'] === '26' ? { OSLogRateLimit: '64' } : {}),
    ...Object.fromEntries(definition.environment),
  }
}
