/**
 * The walls of the house: who may import whom. docs/map.md says why. `middleware/test/house` runs these rules and plants a
 * breach of each to prove that they see something.
 */
const src = 'middleware/src';
const room = (name) => `^${src}/${name}/`;
const file = (name) => `^${src}/${name}\\.ts$`;
const packages = (...names) => `^node_modules/(${names.map((name) => name.replaceAll('/', '\\/')).join('|')})(/|$)`;

/** One rule: a room may import nothing of the project but these, and of npm only these packages. */
function only(name, from, allowed, npm = [], builtins = []) {
  const rules = [
    { name: `${name}: rooms`, severity: 'error', from: { path: from }, to: { path: '^middleware/', pathNot: [from, ...allowed] } },
    {
      name: `${name}: packages`,
      severity: 'error',
      from: { path: from },
      to: { path: '^node_modules/', pathNot: [packages('@types', ...(npm.length > 0 ? npm : ['none']))] },
    },
  ];
  if (builtins !== 'any') {
    rules.push({
      name: `${name}: built-ins`,
      severity: 'error',
      from: { path: from },
      to: { dependencyTypes: ['core'], ...(builtins.length > 0 ? { pathNot: `^(${builtins.join('|')})$` } : {}) },
    });
  }
  return rules;
}

const domain = room('domain');
const ports = `^${src}/sync/ports(\\.ts$|/)`;
const shared = [domain, ports, file('errors'), file('log'), file('transport'), file('gate')];

module.exports = {
  forbidden: [
    {
      name: 'no circles',
      severity: 'error',
      from: { path: `^${src}/(?!domain)` },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...only('domain', domain, []),
    ...only('sync', room('sync'), [domain, file('errors'), file('log')]),
    ...only('salesforce', room('salesforce'), shared, ['zod', '@grpc/grpc-js', '@grpc/proto-loader', 'avsc'], 'any'),
    ...only('partner-center', room('partner-center'), shared, ['zod', '@azure/msal-node'], 'any'),
    ...only('store', room('store'), [domain, ports, file('errors')], ['kysely', 'pg', 'zod'], 'any'),
    ...only(
      'http',
      room('http'),
      [room('sync'), domain, room('partner-center/webhook'), file('errors'), file('log')],
      ['express', 'helmet', 'express-rate-limit', 'prom-client', 'zod'],
      'any',
    ),
    ...only('setup', room('setup'), [file('errors'), file('log'), file('config')], ['@salesforce/core', 'zod'], 'any'),
    ...only('transport', file('transport'), [file('errors'), file('log')], ['undici'], 'any'),
    ...only('log', file('log'), [], ['pino']),
    ...only('errors', file('errors'), [domain]),
    ...only('system', file('system'), [ports], [], 'any'),
    ...only('at-work', file('at-work'), [ports], [], 'any'),
    {
      name: 'only app knows the rooms',
      severity: 'error',
      from: { path: `^${src}/(main|cli)[^/]*\\.ts$` },
      to: { path: `^${src}/(domain|sync|salesforce|partner-center|store|http)/` },
    },
    {
      name: 'nothing that runs in production knows simulators or tests',
      severity: 'error',
      from: { path: `^${src}/` },
      to: { path: '^middleware/(simulators|test|bench)/' },
    },
    {
      name: 'the running service does not load the set-up room',
      severity: 'error',
      from: { path: `^${src}/(?!cli|setup)` },
      to: { path: room('setup') },
    },
    {
      name: 'simulators know nothing of us',
      severity: 'error',
      from: { path: '^middleware/simulators/', pathNot: '^middleware/simulators/demo/middleware\\.ts$' },
      to: { path: `^${src}/` },
    },
    {
      name: 'simulators never use our clients',
      severity: 'error',
      from: { path: '^middleware/simulators/', pathNot: '^middleware/simulators/demo/middleware\\.ts$' },
      to: { path: packages('@azure/msal-node', 'undici', 'kysely', 'pg') },
    },
    {
      name: 'zod only at the door',
      severity: 'error',
      from: { path: `^${src}/`, pathNot: `(^|/)(schema|[a-z-]+-schema|config|settings)\\.ts$` },
      to: { path: packages('zod') },
    },
    {
      name: 'msal only in auth',
      severity: 'error',
      from: { path: `^${src}/`, pathNot: `^${src}/partner-center/auth/` },
      to: { path: packages('@azure/msal-node') },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
