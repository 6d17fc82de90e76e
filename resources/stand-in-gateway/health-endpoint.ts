import type { Server } from 'node:http'
import type { GatewayContext } from './gateway.ts'
import { versionOf } from './state-file.ts'

/** Serves what `api_server` serves without a key: `GET /health` on 127.0.0.1. Everything else needs one: 401. */
export async function serveHealth(context: GatewayContext, port: number): Promise<Server> {
  // Loaded here because hardly any run asks for it, and it would cost every start a few milliseconds.
  const { createServer } = await import('node:http')
  const health = JSON.stringify({ status: 'ok', platform: 'hermes-agent', version: versionOf(context.switches) })
  const server = createServer((request, response) => {
    const known = request.method === 'GET' && request.url === '/health'
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' })
    response.end(known ? health : '{"error":"unauthorized"}')
  })
  return await new Promise((resolve) => {
    server.once('error', (error) => {
      context.log.problem('ERROR', `api_server: ${error.message}`)
      resolve(server)
    })
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
