import type { PrintReport } from './print-report.ts'
import type { DomainTarget } from './target.ts'

/**
 * launchd as the supervisor sees it: looks that never throw and never call unknown "absent", and verbs whose answer is
 * only a claim. Whether a verb worked is seen by looking again.
 */
export interface Launchd {
  readonly domain: DomainTarget
  /** `launchctl print <service>`: what launchd knows of one job. */
  print(label: string): Promise<JobLook>
  /** `launchctl print-disabled <domain>`: which labels a person has switched off or on. */
  printDisabled(): Promise<OverridesLook>
  /** Loads the definition at this absolute path into the domain. */
  bootstrap(plistPath: string): Promise<VerbAnswer>
  /** Unloads the job. Exit 0 does not mean gone: the process may still be ending (V-BOOTOUT-1). */
  bootout(label: string): Promise<VerbAnswer>
  /** Starts the job; with `kill`, ends a running process first. Blocks until launchd has spawned it (V-KICKSTART-4). */
  kickstart(label: string, options: { readonly kill: boolean }): Promise<VerbAnswer>
  /** Clears a disabled override. Only ever on a person's order. */
  enable(label: string): Promise<VerbAnswer>
}

export type JobLook =
  | { readonly seen: 'job'; readonly report: PrintReport }
  /** launchd answered that it has no such job: the only answer that means "not loaded". */
  | { readonly seen: 'absent' }
  /** There is no such session on this machine now (112 or 125). */
  | { readonly seen: 'no-session'; readonly code: number; readonly evidence: string }
  | { readonly seen: 'unknown'; readonly cause: string }

export type OverridesLook =
  | { readonly seen: 'overrides'; readonly overrides: Readonly<Record<string, 'enabled' | 'disabled'>> }
  | { readonly seen: 'no-session'; readonly code: number; readonly evidence: string }
  | { readonly seen: 'unknown'; readonly cause: string }

/** What a mutating verb claimed. Only a hint for the next plan and a line of evidence for people. */
export interface VerbAnswer {
  readonly claim: VerbClaim
  /** The command line and how it ended, for the activity log: `launchctl bootstrap gui/501 … → 5: Input/output error`. */
  readonly evidence: string
}

export type VerbClaim =
  | 'done'
  /** 3 or 113: launchd has no such job. */
  | 'not-loaded'
  /** 36 or 37: something is already under way for this label. */
  | 'in-progress'
  /** bootstrap 5, 17, 37: perhaps already loaded, perhaps draining, perhaps refused for its file: look (E-MASK-9). */
  | 'masked'
  /** 119: a disabled override refuses it. */
  | 'disabled'
  /** 139: waiting for its program to appear (R-PENALTY-1). */
  | 'cannot-execute'
  /** 112 or 125. */
  | 'no-session'
  /** 1, 144, 150: the caller may not. */
  | 'not-permitted'
  /** 64 or 22: launchctl did not understand us, which is a defect of ours or a new launchctl. */
  | 'usage'
  /** Timed out, could not be run, or a code that no table knows. */
  | 'unknown'
