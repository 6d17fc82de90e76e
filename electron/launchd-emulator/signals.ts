import { constants } from 'node:os'

/** Darwin's signals: number, name and the words that `print` uses (F-EXIT-4). The host's own numbers may differ (K-BASE-2). */
const darwinSignals: readonly (readonly [number: number, name: string, words: string])[] = [
  [1, 'SIGHUP', 'Hangup'],
  [2, 'SIGINT', 'Interrupt'],
  [3, 'SIGQUIT', 'Quit'],
  [4, 'SIGILL', 'Illegal instruction'],
  [5, 'SIGTRAP', 'Trace/BPT trap'],
  [6, 'SIGABRT', 'Abort trap'],
  [7, 'SIGEMT', 'EMT trap'],
  [8, 'SIGFPE', 'Floating point exception'],
  [9, 'SIGKILL', 'Killed'],
  [10, 'SIGBUS', 'Bus error'],
  [11, 'SIGSEGV', 'Segmentation fault'],
  [12, 'SIGSYS', 'Bad system call'],
  [13, 'SIGPIPE', 'Broken pipe'],
  [14, 'SIGALRM', 'Alarm clock'],
  [15, 'SIGTERM', 'Terminated'],
  [16, 'SIGURG', 'Urgent I/O condition'],
  [17, 'SIGSTOP', 'Suspended (signal)'],
  [18, 'SIGTSTP', 'Suspended'],
  [19, 'SIGCONT', 'Continued'],
  [20, 'SIGCHLD', 'Child exited'],
  [21, 'SIGTTIN', 'Stopped (tty input)'],
  [22, 'SIGTTOU', 'Stopped (tty output)'],
  [23, 'SIGIO', 'I/O possible'],
  [24, 'SIGXCPU', 'Cputime limit exceeded'],
  [25, 'SIGXFSZ', 'Filesize limit exceeded'],
  [26, 'SIGVTALRM', 'Virtual timer expired'],
  [27, 'SIGPROF', 'Profiling timer expired'],
  [28, 'SIGWINCH', 'Window size changes'],
  [29, 'SIGINFO', 'Information request'],
  [30, 'SIGUSR1', 'User defined signal 1'],
  [31, 'SIGUSR2', 'User defined signal 2'],
]

/** Signals after which a job counts as crashed (R-KEEPALIVE-3): ILL, TRAP, ABRT, FPE, BUS, SEGV, SYS. */
const crashSignals: ReadonlySet<number> = new Set([4, 5, 6, 8, 10, 11, 12])

/** Darwin's number of a host signal; for one that Darwin lacks, the host's own number. */
export function darwinSignalNumber(name: string): number {
  const known = darwinSignals.find((signal) => signal[1] === name)
  return known?.[0] ?? hostSignalNumber(name) ?? 0
}

/** `Terminated` for 15; an unknown number is its own name. */
export function darwinSignalWords(signal: number): string {
  return darwinSignals.find(([number]) => number === signal)?.[2] ?? `Unknown signal: ${signal}`
}

export function isCrashSignal(signal: number): boolean {
  return crashSignals.has(signal)
}

/**
 * What `kill <sig>` was given: 1..31 in Darwin's numbering, or a name in any case, with or without `SIG` or a leading
 * `-` (V-KILL-1). The answer is the host's number; `undefined` where either system lacks the signal.
 */
export function parseSignal(text: string): number | undefined {
  const word = text.startsWith('-') ? text.slice(1) : text
  if (/^\d+$/.test(word)) {
    const name = darwinSignals.find(([number]) => number === Number(word))?.[1]
    return name === undefined ? undefined : hostSignalNumber(name)
  }
  const upper = word.toUpperCase()
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`
  return darwinSignals.some((signal) => signal[1] === name) ? hostSignalNumber(name) : undefined
}

function hostSignalNumber(name: string): number | undefined {
  return new Map<string, number>(Object.entries(constants.signals)).get(name)
}
