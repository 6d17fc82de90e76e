/** `2026-09-24T08:15:33.902000+00:00`: how every state file writes a moment. */
export function utcTime(at: Date): string {
  return at.toISOString().replace('Z', '000+00:00')
}

/** `2026-09-24 10:15:33,902`: how log lines write a moment, in local time. */
export function logTime(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${date} ${time},${String(at.getMilliseconds()).padStart(3, '0')}`
}
