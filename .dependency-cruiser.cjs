/** Who may import whom. `pathNot` lists what is allowed; everything else of the product is forbidden. */
const productPart = '^(packages|agent|cli|functions|infra|web|demo|scripts|test)/';

function only(name, from, allowed) {
  return {
    name,
    severity: 'error',
    from: { path: from, pathNot: '\\.test\\.ts$|/test/|/_?testing' },
    to: { path: productPart, pathNot: [from, ...allowed] },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only('contracts-import-nothing', '^packages/contracts/', []),
    only('recording-imports-nothing', '^packages/recording/', []),
    only('core-imports-contracts-and-recording', '^packages/core/', ['^packages/(contracts|recording)/']),
    only('aws-imports-core-and-contracts', '^packages/aws/', ['^packages/(core|contracts|recording)/']),
    only('player-imports-contracts-and-recording', '^packages/player/', ['^packages/(contracts|recording)/']),
    only('localcloud-imports-nothing-of-the-product', '^packages/localcloud/', []),
    only('web-imports-player-contracts-recording', '^web/', ['^packages/(player|contracts|recording)/']),
    only('agent-imports-contracts-and-recording', '^agent/', ['^packages/(contracts|recording)/']),
    only('cli-imports-contracts-recording-player', '^cli/', ['^packages/(contracts|recording|player)/']),
    only('infra-imports-contracts', '^infra/', ['^packages/contracts/', '^functions/bundle-options']),
    only('functions-import-runtime-core-contracts', '^functions/(?!_runtime)', [
      '^functions/_runtime/',
      '^packages/(core|contracts)/',
    ]),
    only('runtime-imports-aws-core-contracts', '^functions/_runtime/', ['^packages/(aws|core|contracts|recording)/']),
    {
      name: 'only-aws-uses-the-sdk',
      severity: 'error',
      // The composition makes the clients that it hands to the stores.
      from: {
        path: '^(packages/(contracts|recording|core|player)|functions|web|agent|cli)/',
        pathNot: '\\.test\\.ts$|^functions/_runtime/(composition/|lambda-credentials)',
      },
      to: { path: '@aws-sdk/' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-orphan-imports', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^aws-lambda$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(cdk\\.out|\\.build|\\.local)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
