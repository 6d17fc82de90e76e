import { defineConfig } from 'vitest/config'

/** Tests against the real launchd run where there is one; elsewhere there is nothing that they could say. */
const mac =
  process.platform === 'darwin'
    ? [{ test: { name: 'mac', include: ['e2e/mac/**/*.test.ts'], testTimeout: 120_000, fileParallelism: false } }]
    : []

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: { name: 'unit', include: ['{electron,resources,build}/**/*.test.ts'], testTimeout: 20_000 },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/*.test.ts'],
          globalSetup: 'e2e/build-once.ts',
          testTimeout: 60_000,
          hookTimeout: 30_000,
        },
      },
      ...mac,
    ],
  },
})
