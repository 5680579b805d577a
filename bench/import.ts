// What a first import costs a program that has imported nothing yet: a fresh process for each figure.
import { spawnSync } from 'node:child_process'

import { fixed, median, printTable } from './measure.ts'

const rounds = 15
const packages = [
  '@asuser/security-descriptors',
  '@asuser/native',
  '@asuser/tokens',
  '@asuser/launcher',
  '@asuser/testkit',
]

const rows = packages.map((name) => {
  const times = Array.from({ length: rounds }, () => importTime(name))
  return [name, fixed(median(times)), fixed(Math.min(...times))]
})
printTable('Import, ms', ['package, with all below it', 'median', 'least'], rows)

function importTime(name: string): number {
  const program = `const began = performance.now(); await import('${name}'); console.log(performance.now() - began)`
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`Importing ${name} ended with ${status}: ${stderr}`)
  return Number(stdout)
}
