import type { JobDefinition } from './job-definition.ts'

/** For tests: a job that nothing starts, with what a test changes of it. */
export function testDefinition(changes: Partial<JobDefinition> = {}): JobDefinition {
  return {
    label: 'com.example.agent',
    program: '/bin/true',
    inferredProgram: true,
    programArguments: ['/bin/true'],
    environment: [],
    runAtLoad: false,
    keepAlive: false,
    processType: 'daemon',
    sessionTypes: ['Aqua'],
    disabled: false,
    abandonProcessGroup: false,
    launchOnlyOnce: false,
    lowPriorityIo: false,
    enableTransactions: false,
    ...changes,
  }
}
