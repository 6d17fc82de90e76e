import { say } from './log.ts'

const width = 57

/** The box that a gateway prints before anything else. */
export function printBanner(): void {
  const rule = '─'.repeat(width)
  const row = (words: string): string => `│${words.padEnd(width)}│\n`
  say(
    1,
    `┌${rule}┐\n${row('           ☤ Hermes Gateway Starting...')}├${rule}┤\n${row('  Messaging platforms + cron scheduler')}${row('  Press Ctrl+C to stop')}└${rule}┘\n`,
  )
}
