/**
 * Whether some process has this pid, asked by signal 0, which costs no child process. It says nothing about which
 * process it is, and a zombie still counts: for an identity ask the process table.
 */
export function isAlive(pid: number, probe: (pid: number, signal: 0) => unknown = process.kill): boolean {
  // kill(0) and kill(-n) speak to process groups; neither is a process that could be alive.
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    probe(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
