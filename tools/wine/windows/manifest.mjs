// Prints the package.json of the Windows-side node_modules. Versions come from the root, so that both lanes run the same.
import { readFileSync } from 'node:fs'

const root = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
const shared = ['fast-check', 'vite', 'vitest']

// The rival of the benchmarks; only its Windows binary is of use, so the root does not list it.
const dependencies = { koffi: '3.3.4' }
for (const name of shared) {
  const version = root.devDependencies[name]
  if (version === undefined) throw new Error(`the root package.json has no devDependency ${name}`)
  dependencies[name] = version
}

console.log(JSON.stringify({ name: 'asuser-windows-side', private: true, dependencies }, null, 2))
