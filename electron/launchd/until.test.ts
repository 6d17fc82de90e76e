import { describe, expect, it } from 'vitest'
import type { RunLaunchctl } from './launchctl.ts'
import { until } from './until.ts'

/** How long each call was given, with the clock at 1000 and the deadline at 6000. */
async function givenTo(args: readonly string[], timeoutMs: number, at = 1_000): Promise<number> {
  let given = Number.NaN
  const run: RunLaunchctl = async (words, options) => {
    given = options.timeoutMs
    return { ended: 'exited', args: words, code: 0, stdout: '', stderr: '', durationMs: 0 }
  }
  await until(run, 6_000, () => at, 2_000)(args, { timeoutMs })
  return given
}

describe('until the deadline', () => {
  it('a call has the time it asks for', async () => {
    expect(await givenTo(['bootstrap'], 3_000)).toBe(3_000)
  })

  it('a verb that would take longer is cut short', async () => {
    expect(await givenTo(['bootstrap'], 30_000)).toBe(5_000)
  })

  it.each(['print', 'print-disabled'])(
    'a %s may take a little longer, to see what a hanging verb left',
    async (look) => {
      expect(await givenTo([look], 30_000)).toBe(7_000)
      expect(await givenTo([look], 5_000, 6_000)).toBe(2_000)
    },
  )

  it('a call after the deadline is given next to nothing, and never nothing', async () => {
    expect(await givenTo(['bootout'], 5_000, 9_000)).toBe(1)
  })
})
