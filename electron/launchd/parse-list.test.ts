import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mutationsOf } from './fixtures/mutations.ts'
import { decodeWaitStatus, parseList, parseListedJob } from './parse-list.ts'

const table = 'PID\tStatus\tLabel\n812\t0\tcom.x\n-\t78\tcom.y\n12\t-9\tcom.z\n-\t???\tcom.stopped\n'

const job = `{
\t"StandardOutPath" = "/tmp/out.log";
\t"LimitLoadToSessionType" = "Aqua";
\t"StandardErrorPath" = "/tmp/err.log";
\t"Label" = "com.example.agent";
\t"OnDemand" = false;
\t"LastExitStatus" = 256;
\t"PID" = 123;
\t"Program" = "/bin/sh";
\t"ProgramArguments" = (
\t\t"/bin/sh";
\t\t"/tmp/x.sh";
\t);
};
`

describe('parseList', () => {
  it('F-LIST-1', () => {
    expect(parseList(table)).toEqual({
      parsed: true,
      rows: [
        { label: 'com.x', pid: 812, lastExit: { kind: 'code', code: 0 } },
        { label: 'com.y', lastExit: { kind: 'code', code: 78 } },
        { label: 'com.z', pid: 12, lastExit: { kind: 'signal', signal: 9, name: 'Killed' } },
        { label: 'com.stopped' },
      ],
    })
  })

  it.each([[''], ['nothing'], ['PID\tStatus\tLabel\nmany\t0\tcom.x\n'], ['PID\tStatus\tLabel\n1\t0\n']])(
    'is a typed failure for %j',
    (output) => {
      expect(parseList(output)).toEqual({ parsed: false, problem: expect.any(String) })
    },
  )

  it('never throws', () => {
    fc.assert(fc.property(mutationsOf(table), (output) => void parseList(output)))
  })
})

describe('parseListedJob', () => {
  it('F-LISTL-1', () => {
    expect(parseListedJob(job)).toEqual({
      parsed: true,
      job: {
        label: 'com.example.agent',
        pid: 123,
        lastExit: { kind: 'code', code: 1 },
        program: '/bin/sh',
        arguments: ['/bin/sh', '/tmp/x.sh'],
        keepAlive: true,
      },
    })
  })

  it('F-LISTL-2: a job that does not run has no PID; other blocks are passed over', () => {
    const services = '\t"MachServices" = {\n\t\t"PID" = mach-port-object;\n\t};\n\t"OnDemand" = true;\n'
    const output = job.replace('\t"PID" = 123;\n', services).replace('\t"OnDemand" = false;\n', '')
    expect(parseListedJob(output)).toMatchObject({ parsed: true, job: { keepAlive: false } })
    expect(parseListedJob(output)).not.toHaveProperty('job.pid')
  })

  it.each([
    [256, { kind: 'code', code: 1 }],
    [19_200, { kind: 'code', code: 75 }],
    [15, { kind: 'signal', signal: 15, name: 'Terminated' }],
    [9, { kind: 'signal', signal: 9, name: 'Killed' }],
    [139, { kind: 'signal', signal: 11, name: 'Segmentation fault' }],
    [29, { kind: 'signal', signal: 29, name: 'Signal 29' }],
    [0, { kind: 'code', code: 0 }],
  ])('F-LISTL-2: wait status %d', (status, lastExit) => {
    expect(decodeWaitStatus(status)).toEqual(lastExit)
  })

  it.each([
    ['nothing', ''],
    ['a dictionary cut short', job.slice(0, -4)],
    ['a list that never ends', job.replace('\t);\n', '')],
    ['no Label', job.replace('"Label"', '"Lable"')],
  ])('is a typed failure for %s', (_, output) => {
    expect(parseListedJob(output)).toEqual({ parsed: false, problem: expect.any(String) })
  })

  it('never throws', () => {
    fc.assert(fc.property(mutationsOf(job), (output) => void parseListedJob(output)))
  })
})
