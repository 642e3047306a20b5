// Lint for both worlds: TypeScript of the middleware, simulators and scripts; Lightning web components of the package.
const { defineConfig, globalIgnores } = require('eslint/config');
const typescript = require('typescript-eslint');
const lightning = require('@salesforce/eslint-config-lwc/recommended');
const jestMocks = {
  jest: 'readonly',
  describe: 'readonly',
  it: 'readonly',
  test: 'readonly',
  expect: 'readonly',
  beforeEach: 'readonly',
  afterEach: 'readonly',
  beforeAll: 'readonly',
  afterAll: 'readonly',
};

module.exports = defineConfig([
  globalIgnores(['middleware/dist/', 'coverage/', '.cache/', 'node_modules/']),
  {
    files: ['middleware/**/*.ts', 'scripts/**/*.mts'],
    extends: [typescript.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['scripts/*.mts'] }, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: true }],
      // node:test gives promises back that its runner awaits
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['test', 'it', 'describe', 'suite'], package: 'node:test' }] },
      ],
      // ports and builders are objects of functions, none of which uses this
      '@typescript-eslint/unbound-method': 'off',
      // simulated records hold values of any type and print them as the wire does
      '@typescript-eslint/no-base-to-string': 'off',
    },
  },
  { files: ['force-app/**/*.js', 'middleware/simulators/salesforce/page/modules/**/*.js'], extends: [lightning] },
  // prettier decides about brackets
  { files: ['force-app/**/*.js', 'middleware/simulators/salesforce/page/modules/**/*.js'], rules: { 'no-confusing-arrow': 'off' } },
  // the one module of the components that may set timers
  { files: ['force-app/main/default/lwc/partnerCenterClock/*.js'], rules: { '@lwc/lwc/no-async-operation': 'off' } },
  // the host page plays the platform: address, timers and rejected answers are its business
  {
    files: ['middleware/simulators/salesforce/page/modules/**/*.js'],
    rules: { '@lwc/lwc/no-async-operation': 'off', 'no-restricted-globals': 'off', 'no-throw-literal': 'off', 'no-void': 'off' },
  },
  {
    files: ['force-app/**/__tests__/**/*.js', 'force-app/test/**/*.js'],
    languageOptions: { globals: { ...jestMocks, require: 'readonly', __dirname: 'readonly' } },
    rules: { '@lwc/lwc/no-unexpected-wire-adapter-usages': 'off', '@lwc/lwc/prefer-custom-event': 'off', 'no-await-in-loop': 'off' },
  },
]);
