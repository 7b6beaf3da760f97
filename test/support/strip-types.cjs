/**
 * jest transform: TypeScript with its types blanked out, so that lines and columns stay as written and no source map
 * is needed. Node itself runs our .ts files the same way, hence one way for tests, tools and programs.
 */
const { createHash } = require('node:crypto');
const { stripTypeScriptTypes } = require('node:module');

module.exports = {
  process: (source, path) => ({ code: path.endsWith('.ts') ? stripTypeScriptTypes(source) : source }),
  getCacheKey: (source, path) => createHash('sha256').update(process.version).update(path).update(source).digest('hex'),
};
