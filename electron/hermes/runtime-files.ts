import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readTail } from '../files/read-tail.ts'
import { type GatewayRecord, type Heartbeat, parseGatewayRecord, parseHeartbeat } from './gateway-record.ts'
import { parseStateFile, type StateFile } from './state-file.ts'

/**
 * How a look at a file ended. `damaged` was read and makes no sense; `unknown` could not be read, which says nothing
 * about whether the thing is there.
 */
export type FileLook<T> =
  | { readonly seen: 'content'; readonly content: T }
  | { readonly seen: 'none' }
  | {
      readonly seen: 'damaged'
      readonly cause: string
      /** When the file was last written, milliseconds since 1970. */
      readonly writtenAt: number
    }
  | { readonly seen: 'unknown'; readonly cause: string }

export interface HeartbeatLook {
  readonly heartbeat: Heartbeat
  /** When the file was last written, milliseconds since 1970: its age is what counts, not the time it names. */
  readonly writtenAt: number
}

/** More than any of these files was ever seen to hold. */
const largest = 1024 * 1024

/** `gateway.pid`: there while a gateway runs, and after one was killed. */
export function readPidFile(home: string): Promise<FileLook<GatewayRecord>> {
  return readRuntimeFile(join(home, 'gateway.pid'), parseGatewayRecord)
}

/** `gateway.lock` (from May 2026): the same record; the file stays when the gateway is gone. The lock itself is never taken. */
export function readLockFile(home: string): Promise<FileLook<GatewayRecord>> {
  return readRuntimeFile(join(home, 'gateway.lock'), parseGatewayRecord)
}

/** `gateway_state.json`: what the gateway last said of itself. */
export function readStateFile(home: string): Promise<FileLook<StateFile>> {
  return readRuntimeFile(join(home, 'gateway_state.json'), parseStateFile)
}

/** `state/gateway.heartbeat` (from July 2026): touched every 30 s. */
export async function readHeartbeat(home: string): Promise<FileLook<HeartbeatLook>> {
  const path = join(home, 'state', 'gateway.heartbeat')
  const [look, writtenAt] = await Promise.all([readRuntimeFile(path, parseHeartbeat), modifiedAt(path)])
  if (look.seen !== 'content') return look
  if (writtenAt === undefined) return { seen: 'none' }
  return { seen: 'content', content: { heartbeat: look.content, writtenAt } }
}

/** Reads a small file of a home's; `parse` answers undefined for text that makes no sense. Never throws. */
export async function readRuntimeFile<T>(path: string, parse: (text: string) => T | undefined): Promise<FileLook<T>> {
  try {
    const text = await readTail(path, largest)
    const content = parse(text)
    if (content !== undefined) return { seen: 'content', content }
    const writtenAt = (await modifiedAt(path)) ?? 0
    return { seen: 'damaged', cause: `${path} ${text.trim() === '' ? 'is empty' : 'makes no sense'}`, writtenAt }
  } catch (error) {
    if (isAbsence(error)) return { seen: 'none' }
    return { seen: 'unknown', cause: `${path} could not be read: ${error instanceof Error ? error.message : error}` }
  }
}

/** When a file was last written, milliseconds since 1970; undefined when it is not there or cannot be asked. */
export async function modifiedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return undefined
  }
}

/** Whether a marker file is there. A marker that cannot be looked at counts as not there. */
export async function hasMarker(path: string): Promise<boolean> {
  return (await modifiedAt(path)) !== undefined
}

/** ENOTDIR: a part of the path is a file, so nothing can be below it. */
function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
