import { type GatewayRecord, recordOf } from './gateway-record.ts'
import type { GatewayState, PlatformState } from './gateway-report.ts'
import { showable } from './log-line.ts'
import {
  isObject,
  type JsonObject,
  listOf,
  numberOf,
  parseJson,
  startTimeOf,
  textOf,
  textsOf,
  timestampOf,
} from './tolerant-json.ts'

/** `gateway_state.json`: what the gateway said, before anybody asked whether its writer still lives. */
export interface StateFile {
  /** Who wrote it; absent in a file that names no usable pid. */
  readonly record?: GatewayRecord
  readonly state: Omit<GatewayState, 'current'>
}

/** More of these than this help nobody, and a report stays small. */
const mostEntries = 100

/** Reads a state file of any era. Undefined when it is no JSON object. */
export function parseStateFile(text: string): StateFile | undefined {
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const record = recordOf(value)
  return { ...(record === undefined ? {} : { record }), state: stateOf(value, record) }
}

function stateOf(value: JsonObject, record: GatewayRecord | undefined): Omit<GatewayState, 'current'> {
  const exitReason = shown(value['exit_reason'])
  const updatedAt = timestampOf(value['updated_at'])
  const codeSha = shown(value['code_sha'])
  const codeVersion = shown(value['code_version'])
  return {
    gatewayState: shown(value['gateway_state']) ?? 'unknown',
    ...(record === undefined ? {} : { pid: record.pid }),
    ...(record?.startedAt === undefined ? {} : { startedAt: record.startedAt }),
    ...(exitReason === undefined ? {} : { exitReason }),
    restartRequested: value['restart_requested'] === true,
    activeAgents: Math.max(0, Math.trunc(numberOf(value['active_agents']) ?? 0)),
    activeWork: listOf(value['active_work'])
      .slice(0, mostEntries)
      .map(describeWork)
      .filter((work) => work !== undefined),
    platforms: platformsOf(value, record),
    servedProfiles: textsOf(value['served_profiles']).slice(0, mostEntries).map(showable),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(codeSha === undefined ? {} : { codeSha }),
    ...(codeVersion === undefined ? {} : { codeVersion }),
  }
}

/** `cron daily-report (212 s, terminal)`: whatever of it is known. */
function describeWork(work: unknown): string | undefined {
  if (!isObject(work)) return shown(work)
  const what = ['kind', 'job_id', 'session_id', 'session', 'id', 'name'].map((key) => shown(work[key])).filter(isKnown)
  const elapsed = numberOf(work['elapsed_s'])
  const details = [elapsed === undefined ? undefined : `${Math.round(elapsed)} s`, shown(work['current_tool'])]
  const known = details.filter(isKnown)
  if (what.length === 0 && known.length === 0) return undefined
  const name = what.length === 0 ? 'work' : [...new Set(what)].join(' ')
  return known.length === 0 ? name : `${name} (${known.join(', ')})`
}

function platformsOf(value: JsonObject, record: GatewayRecord | undefined): readonly PlatformState[] {
  const platforms = value['platforms']
  if (!isObject(platforms)) return []
  return Object.entries(platforms)
    .slice(0, mostEntries)
    .flatMap(([name, entry]) => {
      if (!isObject(entry) || !isOfWriter(entry, record, value['start_time'])) return []
      const error = shown(entry['error_message']) ?? shown(entry['error_code'])
      return [
        {
          name: showable(name),
          state: shown(entry['state']) ?? 'unknown',
          ...(error === undefined ? {} : { error }),
          needsAttention: entry['needs_attention'] === true,
        },
      ]
    })
}

/**
 * Entries outlive restarts and removed platforms (hermes-agent#119918), so an entry counts only if its writer is the
 * writer of the file. Files that are older than the writer's mark have only the time to tell by.
 */
function isOfWriter(entry: JsonObject, record: GatewayRecord | undefined, startTime: unknown): boolean {
  if ('writer_pid' in entry) {
    return entry['writer_pid'] === record?.pid && (entry['writer_start_time'] ?? null) === (startTime ?? null)
  }
  const updatedAt = timestampOf(entry['updated_at'])
  const startedAt = startTimeOf(startTime)
  return updatedAt === undefined || startedAt === undefined || updatedAt >= startedAt - 2_000
}

function shown(value: unknown): string | undefined {
  const text = textOf(value)
  const line = text === undefined ? '' : showable(text)
  return line === '' ? undefined : line
}

function isKnown(text: string | undefined): text is string {
  return text !== undefined
}
