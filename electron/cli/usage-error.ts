/** A command line that makes no sense here; its message names the cause and what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
