/**
 * Environment variables whose values may be shown. Everything else in a definition may be a secret and stays a name:
 * proxies carry passwords, and people put API keys into their plists.
 */
export const visibleVariables: ReadonlySet<string> = new Set([
  'HERMES_GATEWAY_LOCK_DIR',
  'HERMES_HOME',
  'HERMES_SUPERVISED_CHILD',
  'HOME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'LOGNAME',
  'PATH',
  'PYTHONDONTWRITEBYTECODE',
  'PYTHONUNBUFFERED',
  'SHELL',
  'TMPDIR',
  'TZ',
  'USER',
  'VIRTUAL_ENV',
  'XDG_STATE_HOME',
])

const mask = '•••'

/** Names whose value is a secret, whatever they begin with: `OPENAI_API_KEY`, `botToken`, `x-api-key`. */
const secretName = '(?:key|token|secret|credential|session[_-]?id|signature)s?'
/** Secrets that hold spaces, so that nothing tells where they end: the rest of the line goes. */
const phraseName = '(?:pass(?:word|wd|phrase|code)s?|pwd|cookie|authorization)'
/** What stands between a name and its value: `=`, `: `, `": "`, `' => '`, and the same inside a quoted string. */
const separator = '\\\\*["\']?\\s*(?:=>|:=|=|:)\\s*'
/** A quoted value up to its own quote, whatever else is quoted in it; a line that was cut off may lack the end. */
const quotedValue = '([bru]{0,2}(\\\\*["\']))(?:(?!\\3)(?:\\\\.|[^\\r\\n]))*(?:\\3)?'

/** In this order: whole phrases first, so that no later rule can stop half way through one. */
const rules: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`(${phraseName}${separator})\\S[^\\r\\n]*`, 'gi'), `$1${mask}`],
  [new RegExp(`(--?[\\w-]{0,80}${phraseName}\\s+)\\S[^\\r\\n]*`, 'gi'), `$1${mask}`],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, `$1 ${mask}`],
  [new RegExp(`(${secretName}${separator})${quotedValue}`, 'gi'), `$1$2${mask}$3`],
  [new RegExp(`(${secretName}${separator})(?![bru]{0,2}\\\\*["'])\\S+`, 'gi'), `$1${mask}`],
  [new RegExp(`(--?[\\w-]{0,80}${secretName}\\s+)(?!-)\\S+`, 'gi'), `$1${mask}`],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${mask}@`],
  [/(hooks\.slack\.com\/services\/|discord(?:app)?\.com\/api\/webhooks\/)[^\s"']+/gi, `$1${mask}`],
  // Telegram: also inside an address, `…/bot<number>:<token>/getUpdates`.
  [/\d{5,}:[A-Za-z0-9_-]{30,}/g, mask],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, mask],
  [/\b[MNO][\w-]{22,}\.[\w-]{6}\.[\w-]{25,}/g, mask],
  [/\b(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}/g, mask],
  [/\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8,}/g, mask],
  [/\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}/g, mask],
  [/\b(?:gh[opsur]_|github_pat_|glpat-|gsk_|hf_|r8_|npm_)[A-Za-z0-9_-]{16,}/g, mask],
  [/\bAIza[\w-]{30,}/g, mask],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, mask],
]

/**
 * Replaces what looks like a secret in free text. Meant for the lines of logs before they leave this process; it hides
 * too much rather than too little. `token already in use (PID 4711)` stays as it is.
 */
export function maskText(text: string): string {
  return rules.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text)
}
