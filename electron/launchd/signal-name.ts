/** launchd's names of Darwin's signals (F-EXIT-4); the numbers of other systems differ. */
const names: Readonly<Record<number, string>> = {
  1: 'Hangup',
  2: 'Interrupt',
  3: 'Quit',
  4: 'Illegal instruction',
  5: 'Trace/BPT trap',
  6: 'Abort trap',
  7: 'EMT trap',
  8: 'Floating point exception',
  9: 'Killed',
  10: 'Bus error',
  11: 'Segmentation fault',
  12: 'Bad system call',
  13: 'Broken pipe',
  14: 'Alarm clock',
  15: 'Terminated',
  24: 'Cputime limit exceeded',
  25: 'Filesize limit exceeded',
  30: 'User defined signal 1',
  31: 'User defined signal 2',
}

/** The name that launchd prints for a Darwin signal number. */
export function signalName(signal: number): string {
  return names[signal] ?? `Signal ${signal}`
}
