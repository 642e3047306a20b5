// Component tests. Labels come out as their real texts; what the stubs of the platform lack stands in force-app/test/jest-mocks.
const { jestConfig } = require('@salesforce/sfdx-lwc-jest/config');

module.exports = {
  ...jestConfig,
  roots: ['<rootDir>/force-app'],
  setupFiles: ['<rootDir>/force-app/test/jest-mocks/labels.js'],
  setupFilesAfterEnv: [...(jestConfig.setupFilesAfterEnv ?? []), '<rootDir>/force-app/test/jest-mocks/accessibility.js'],
  moduleNameMapper: {
    '^lightning/modal$': '<rootDir>/force-app/test/jest-mocks/lightning/modal',
    '^lightning/actions$': '<rootDir>/force-app/test/jest-mocks/lightning/actions',
    '^test/(.*)$': '<rootDir>/force-app/test/$1',
  },
  cacheDirectory: '<rootDir>/.cache/jest',
  collectCoverageFrom: ['force-app/main/default/lwc/**/*.js', '!**/__tests__/**'],
  // a busy machine takes seconds for one accessibility check
  testTimeout: 60_000,
  coverageThreshold: { global: { lines: 90 } },
};

// The transformer leaves coverage out of its cache key: a coverage run needs a cache of its own, or it reports 0 %.
if (process.argv.includes('--coverage')) module.exports.cacheDirectory = '<rootDir>/.cache/jest-coverage';
