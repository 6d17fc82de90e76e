import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import type { ProcessTable } from '../processes/process-table.ts'
import { canRun, describeMissing } from './can-run.ts'
import { describeCommand, foreignReason } from './definition-command.ts'
import { definitionPath, projectOf, renderDefinition } from './definition-template.ts'
import { discoverHermes } from './discover-hermes.ts'
import type { Assessment, DefinitionFacts, Gateway, OutsideSource } from './gateway.ts'
import { nextNews } from './home-changes.ts'
import type { KeptCopy } from './kept-copy.ts'
import { type LoginShell, loginShellPath } from './login-shell-path.ts'
import { observeGateway } from './observe-gateway.ts'
import { writePlannedStop } from './planned-stop.ts'
import type { GatewayService } from './service.ts'
import { signalGateway } from './signal-gateway.ts'
import type { Vault } from './vault.ts'

export interface HermesGatewayOptions {
  readonly service: GatewayService
  /** The account's home by its passwd entry, or the sandbox's. */
  readonly accountHome: string
  readonly processes: ProcessTable
  readonly vault: Vault
  /** Reads a definition's facts from bytes; undefined = launchd would not take it. */
  readonly readDefinition: (bytes: Uint8Array) => Promise<DefinitionFacts | undefined>
  readonly loginShell: LoginShell
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** How long the vault need not be asked about bytes that it has just kept, in milliseconds. */
const keptAgainMs = 60_000

const osascript = '/usr/bin/osascript'

/** The gateway of one Hermes home on this machine. */
export function createHermesGateway(options: HermesGatewayOptions): Gateway {
  const { service, accountHome, processes, vault, now } = options

  async function assess(definition: DefinitionFacts): Promise<Assessment> {
    const command = describeCommand(definition)
    const foreign = foreignReason(command, service, accountHome)
    const able = await canRun(definition)
    const missing = able.runs ? [] : able.missing
    return {
      ...(foreign === undefined ? {} : { foreign }),
      wrapped: command.wrapped,
      missing: missing.filter(({ what }) => what !== 'log-folder').map(describeMissing),
      logFolders: missing.filter(({ what }) => what === 'log-folder').map(({ path }) => path),
    }
  }

  /** Whether a kept copy is this home's and could run now; copies of another time may name what is long gone. */
  async function isUsable(copy: KeptCopy): Promise<boolean> {
    if (!copy.valid) return false
    const look = await vault.read(service.label, copy.sha256)
    const definition = look.seen === 'copy' ? await options.readDefinition(look.bytes) : undefined
    if (definition === undefined) return false
    const { foreign, missing } = await assess(definition)
    return foreign === undefined && missing.length === 0
  }

  async function firstUsable(copies: readonly KeptCopy[]): Promise<KeptCopy | undefined> {
    for (const copy of copies) if (await isUsable(copy)) return copy
    return undefined
  }

  async function template(interpreter: string): Promise<Uint8Array> {
    const path = definitionPath({
      project: projectOf(interpreter),
      home: service.home,
      loginPath: await loginShellPath(options.loginShell),
      isFolder: (folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true,
      isFile: (file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true,
    })
    const form = existsSync(osascript) ? 'osascript' : 'wrapper'
    return Buffer.from(renderDefinition({ service, interpreter, path, form }))
  }

  let kept: { readonly key: string; readonly at: number } | undefined

  return {
    service,
    report: (jobPid, at) => observeGateway(service, { processes, jobPid, now: at }),
    nextNews: (signal) => nextNews(service.home, signal),
    assess,
    async sources() {
      const [copies, hermes] = await Promise.all([
        // Copies that cannot be listed are as good as none, and the template may still serve.
        vault.list(service.label).catch(() => []),
        discoverHermes(service.home, accountHome),
      ])
      const kept = await firstUsable(copies)
      const sources: OutsideSource[] = []
      if (kept !== undefined) {
        sources.push({ kind: 'kept', sha256: kept.sha256, keptAt: kept.observedAt, proven: kept.proven })
      }
      if (hermes !== undefined) sources.push({ kind: 'template', interpreter: hermes.interpreter })
      return sources
    },
    async bytesOf(source) {
      switch (source.kind) {
        case 'kept': {
          const look = await vault.read(service.label, source.sha256)
          if (look.seen !== 'copy') throw new Error(`the kept copy ${source.sha256.slice(0, 12)} is gone`)
          return look.bytes
        }
        case 'template':
          return template(source.interpreter)
        default:
          return source satisfies never
      }
    },
    async keep(bytes, { proven, ...facts }) {
      const key = `${createHash('sha256').update(bytes).digest('hex')} ${facts.valid} ${proven}`
      if (kept?.key === key && now() - kept.at < keptAgainMs) return
      const copy = await vault.keep(service.label, bytes, { ...facts, observedAt: now() })
      if (proven && !copy.proven) await vault.markProven(service.label, copy.sha256)
      kept = { key, at: now() }
    },
    writePlannedStop: (gateway) => writePlannedStop(service.home, gateway, { stopperPid: process.pid, now: now() }),
    signal: (gateway, signal) => signalGateway(gateway, signal, { processes }),
  }
}
