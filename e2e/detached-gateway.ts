import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { World } from './world.ts'

/** Starts a gateway as Hermes does where it has given up on launchd: a process of its own that nobody supervises. */
export async function startDetachedGateway(world: World): Promise<number> {
  const python = join(world.hermesHome, 'hermes-agent', 'venv', 'bin', 'python')
  const child = spawn(python, ['-m', 'hermes_cli.main', 'gateway', 'run'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: world.home, HERMES_HOME: world.hermesHome },
    detached: true,
    stdio: 'ignore',
  })
  child.unref()
  const { pid } = child
  if (pid === undefined) throw new Error('the gateway could not be started')
  await expect.poll(() => world.gateways(), { timeout: 5_000 }).toEqual([pid])
  await expect.poll(async () => (await world.status()).gatewayPid, { timeout: 5_000 }).toBe(pid)
  return pid
}
