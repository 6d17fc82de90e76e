import type { Assessment, DefinitionSource, Gateway, KeepFacts } from '../hermes/gateway.ts'
import type { GatewayReport } from '../hermes/gateway-report.ts'
import type { JobPid } from '../hermes/liveness.ts'
import type { DefinitionLook, JobDefinition } from '../launchd/definition.ts'
import type { JobLook, Launchd, OverridesLook } from '../launchd/launchd.ts'
import type { PrintReport } from '../launchd/print-report.ts'
import { formatDomain } from '../launchd/target.ts'
import { definitionIn, type Observation } from './observation.ts'
import type { Clock, DefinitionFile } from './ports.ts'

/** What a supervisor looks through. */
export interface Eyes {
  readonly launchd: Launchd
  readonly definitionFile: DefinitionFile
  readonly gateway: Gateway
  readonly clock: Clock
  /** How a definition on disk differs from the loaded one, a line each; empty = it does not. */
  readonly compare: (definition: JobDefinition, report: PrintReport) => readonly string[]
}

/** What is known from elsewhere. An override that nothing has changed since need not be asked for: a process less. */
export interface Known {
  readonly override?: Observation['override']
  /** Aborted as soon as the gateway has news of itself. */
  readonly news?: AbortSignal
}

/** How long a gateway must be healthy to prove its definition, in milliseconds. */
const provenMs = 60_000

/**
 * Looks once at everything, the parts side by side. Never throws: what could not be seen is `unknown`. A valid
 * definition that was never seen before is kept on the way, so that it can be put back byte for byte.
 */
export async function observe(eyes: Eyes, known: Known = {}): Promise<Observation> {
  const { launchd, gateway, clock } = eyes
  const { service } = gateway
  const jobLook = launchd.print(service.label)
  const [job, override, file, early] = await Promise.all([
    jobLook,
    known.override ?? launchd.printDisabled().then((look) => overrideOf(look, service.label)),
    examine(eyes),
    gateway.report(jobLook.then(jobPidOf), clock.now()),
  ])
  // While launchd was asked the gateway has spoken: what was read of it before is old already.
  const report = known.news?.aborted === true ? await gateway.report(jobPidOf(job), clock.now()) : early
  const { look, bytes, assessment, sources } = file
  const definition = look.seen === 'valid' ? look.definition : undefined
  const drift = definition !== undefined && job.seen === 'job' ? eyes.compare(definition, job.report) : []
  const at = clock.now()
  if (bytes !== undefined && look.seen === 'valid' && assessment?.foreign === undefined) {
    await keepQuietly(gateway, bytes, keepFacts(report, drift.length === 0 && isProven(report, at)))
  }
  return {
    at,
    service,
    domain: formatDomain(launchd.domain),
    job,
    override,
    definition: look,
    ...(assessment === undefined ? {} : { assessment }),
    drift,
    sources,
    gateway: report,
  }
}

/** The definition at its place, whose it is, and what could take its place; all of it while launchd is asked. */
async function examine({ definitionFile, gateway }: Eyes) {
  const { look, bytes } = await definitionFile.read()
  const readable = definitionIn(look)
  const assessment = readable && (await gateway.assess(readable))
  const sources = needsSource(look, assessment) ? [...inPlace(look, assessment), ...(await gateway.sources())] : []
  return { look, bytes, assessment, sources }
}

function overrideOf(look: OverridesLook, label: string): Observation['override'] {
  switch (look.seen) {
    case 'overrides':
      return look.overrides[label] ?? 'none'
    case 'no-session':
    case 'unknown':
      return 'unknown'
    default:
      return look satisfies never
  }
}

function needsSource(look: DefinitionLook, assessment: Assessment | undefined): boolean {
  return look.seen !== 'valid' || (assessment?.missing.length ?? 0) > 0
}

/** A file that only its mode or a link makes unsafe comes back as itself, if what it says is ours and could run. */
function inPlace(look: DefinitionLook, assessment: Assessment | undefined): readonly DefinitionSource[] {
  if (look.seen !== 'unsafe' || look.content?.ours !== true || assessment === undefined) return []
  return assessment.missing.length === 0 ? [{ kind: 'in-place', sha256: look.content.sha256 }] : []
}

/** Under a definition that is proven a gateway was healthy for a minute. */
function isProven({ process, state }: GatewayReport, at: number): boolean {
  if (process.seen !== 'alive' || process.supervised !== 'yes' || state.seen !== 'state') return false
  return state.state.current && state.state.gatewayState === 'running' && at - process.identity.startedAt >= provenMs
}

/** A look must not fail because a copy could not be kept; whatever replaces the file later keeps it first, or does not. */
async function keepQuietly(gateway: Gateway, bytes: Uint8Array, facts: KeepFacts): Promise<void> {
  await gateway.keep(bytes, facts).catch(() => undefined)
}

function keepFacts({ state }: GatewayReport, proven: boolean): KeepFacts {
  const { codeVersion, codeSha } = state.seen === 'state' ? state.state : {}
  return {
    valid: true,
    proven,
    ...(codeVersion === undefined ? {} : { hermesVersion: codeVersion }),
    ...(codeSha === undefined ? {} : { codeSha }),
  }
}

function jobPidOf(look: JobLook): JobPid {
  switch (look.seen) {
    case 'job':
      return look.report.pid ?? 'none'
    case 'absent':
      return 'none'
    case 'no-session':
    case 'unknown':
      return undefined
    default:
      return look satisfies never
  }
}
