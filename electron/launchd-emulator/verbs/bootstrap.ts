import { resolve } from 'node:path'
import { numberedError } from '../error-table.ts'
import { failed } from '../launchctl-call.ts'
import { parseTarget } from '../target-specifier.ts'
import { loadPath, plistPaths } from './load-path.ts'
import { pathOutcome, rootHint } from './path-errors.ts'
import { domainProblem, noDomain, targetUsage, unusableTarget, type Verb } from './verb.ts'

/** `bootstrap <domain-target> <plist…>`: loads definitions; what they start is started afterwards (V-BOOTSTRAP-1). */
export const bootstrap: Verb = (args, launchd, call) => {
  const [text, ...paths] = args
  if (text === undefined) return targetUsage('bootstrap', { unrecognized: false })
  const target = parseTarget(text)
  if (target === undefined) return unusableTarget('bootstrap', text, launchd)
  if (target.label !== undefined) return targetUsage('bootstrap', { unrecognized: true })
  if (paths.length === 0) return targetUsage('bootstrap', { unrecognized: false })
  const { domain } = target
  switch (domainProblem(domain, launchd)) {
    case 112:
      return failed(112, noDomain(domain, launchd))
    case 125:
      return failed(125, `Bootstrap failed: ${numberedError(125)}`)
    case undefined:
      break
  }
  if (launchd.takeOneEio()) return failed(5, `Bootstrap failed: ${numberedError(5)}`, rootHint)
  const failures = paths
    .flatMap((path) => plistPaths(resolve(call.cwd, path)))
    .flatMap((path) => {
      // An unprivileged caller may not touch the system domain.
      const code =
        domain.kind === 'gui' || domain.kind === 'user'
          ? loadPath(path, { kind: domain.kind, id: domain.id }, launchd)
          : 1
      return code === undefined ? [] : [{ path, code }]
    })
  return pathOutcome('Bootstrap', failures, launchd)
}
