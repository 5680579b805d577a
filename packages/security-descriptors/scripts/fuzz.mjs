// Reads a million damaged descriptors (or as many as the first argument says), with another seed every day: for the night.
import { spawnSync } from 'node:child_process'

const count = process.argv[2] ?? '1000000'
const seed = process.argv[3] ?? String(Math.floor(Date.now() / 86_400_000))
console.log(`Reading ${count} damaged descriptors with the seed ${seed}`)
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'security-descriptors', 'mutated-inputs'], {
  cwd: new URL('../../..', import.meta.url),
  env: { ...process.env, ASUSER_MUTATIONS: count, ASUSER_MUTATION_SEED: seed },
  shell: process.platform === 'win32',
  stdio: 'inherit',
})
process.exitCode = status ?? 1
