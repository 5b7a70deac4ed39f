// The layers of docs/1-architecture.md: imports only go down, and each heavy dependency has one owner.
const only = (name, dependency, owners) => ({
  name: `${name}-has-one-owner`,
  severity: 'error',
  from: { pathNot: [...owners, '\\.test\\.ts$', '^tests/', '^node_modules/'] },
  to: { path: `^node_modules/(${dependency})/` },
})
const layer = (name, folder, allowed) => ({
  name: `${name}-imports-only-what-is-below`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: '\\.test\\.ts$' },
  to: {
    pathNot: [
      `^${folder}/`,
      ...allowed.map(below => (below.includes('.') ? `^${below}` : `^${below}/`)),
      '^node_modules/',
      '^(node:)?[a-z_/]+$',
    ],
  },
})

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: {
        pathNot: [
          '\\.test\\.ts$',
          '^tests/',
          '^console/',
          '^benchmarks/(alert-visible|board|viewers)\\.ts$',
          '^vitest\\.config\\.ts$',
          '^node_modules/',
        ],
      },
      to: { dependencyTypes: ['npm-dev'] },
    },
    layer('core', 'core', []),
    layer('models', 'models', ['core']),
    layer('streams', 'streams', ['core']),
    layer('detector', 'detector', ['models', 'core']),
    layer('dispatch', 'dispatch', ['core']),
    layer('store', 'store', ['core']),
    layer('api', 'api', ['core']),
    layer('watch', 'watch', ['core', 'models', 'streams', 'detector', 'dispatch', 'store']),
    layer('main-process', 'main-process', [
      'core',
      'models',
      'streams',
      'detector',
      'dispatch',
      'store',
      'api',
      'watch',
      'config\\.ts$',
    ]),
    {
      name: 'the-console-talks-http-only',
      severity: 'error',
      from: { path: '^console/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^(streams|models|detector|dispatch|store|cli|benchmarks|main-process|watch|[a-z-]+\\.ts$)' },
    },
    {
      name: 'the-console-takes-types-alone-from-the-api',
      severity: 'error',
      from: { path: '^console/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-the-console',
      severity: 'error',
      from: { pathNot: '^console/' },
      to: { path: '^console/' },
    },
    only('node-av', 'node-av', ['^streams/', '^benchmarks/(baselines/|remux\\.ts$)']),
    only('onnxruntime', 'onnxruntime-node', ['^models/session\\.ts$']),
    only('bullmq', 'bullmq|ioredis', ['^dispatch/queue\\.ts$']),
    only('ipaddr', 'ipaddr\\.js', ['^dispatch/notifiers/address-guard\\.ts$']),
    only('onvif', 'onvif', ['^streams/onvif\\.ts$']),
    only('openid-client', 'openid-client|oauth4webapi', ['^api/single-sign-on\\.ts$']),
    only('mqtt', 'mqtt', ['^dispatch/notifiers/kinds/mqtt\\.ts$']),
    only('web-push', 'web-push', ['^dispatch/notifiers/kinds/webpush\\.ts$']),
    only('postgres', 'pg|kysely|@electric-sql/[^/]+', ['^store/']),
    only('argon2', '@node-rs/argon2', ['^store/people/passwords\\.ts$']),
    only('sharp', 'sharp', [
      '^streams/snapshot\\.ts$',
      '^store/(watermark|evidence-intake|privacy-blur)\\.ts$',
      '^fixtures/',
    ]),
    only('sheets', 'csv-stringify|write-excel-file', ['^api/']),
    only('tar', 'tar', ['^store/backup/']),
    only('echarts', 'echarts', ['^benchmarks/svg-chart\\.ts$', '^console/']),
    only('fastify', 'fastify|@fastify/[^/]+|fastify-type-provider-zod', ['^api/']),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    exclude: { path: '^(dist|data|\\.cache)/|^benchmarks/baselines/node_modules' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
