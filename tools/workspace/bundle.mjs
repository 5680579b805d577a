// Writes the modules of a package, one for each of its exports; tsc writes the types beside them. Node takes about half
// a millisecond for every module that it imports, and the launcher with all below it would be two hundred.
import { readFileSync } from 'node:fs'

import { rolldown } from 'rolldown'

const { exports, dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'))

const bundle = await rolldown({
  input: entriesOf(exports),
  external: [
    /^node:/,
    ...Object.keys({ ...dependencies, ...peerDependencies }).map((name) => new RegExp(`^${name}(/|$)`)),
  ],
  onLog: (_level, log) => {
    throw new Error(log.message)
  },
  platform: 'neutral',
  transform: { target: 'es2022' },
  tsconfig: false,
})
await bundle.write({
  dir: 'dist',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  sourcemap: true,
  cleanDir: true,
})
await bundle.close()

/** { 'access-check/index': './src/access-check/index.ts', ... } */
function entriesOf(targets) {
  const sources = Object.values(targets).map((target) => target['@asuser/source'])
  return Object.fromEntries(
    sources
      .filter((source) => source !== undefined)
      .map((source) => [source.slice('./src/'.length, -'.ts'.length), source]),
  )
}
