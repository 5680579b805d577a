import type { Program } from '../programs/program.ts'

/** What the programs of the suite use of their world: a simulated program has it, and so has `fixtures/run.mjs`. */
export type FixtureProgram = Pick<Program, 'argv' | 'cwd' | 'env' | 'processId' | 'stdin' | 'stdout' | 'win32'>

export type FixtureMain = (program: FixtureProgram) => number | Promise<number>

export const fixtureNames = ['exit-with', 'echo-stdin', 'run-forever', 'abandon-mutex', 'report-identity'] as const

export type FixtureName = (typeof fixtureNames)[number]

/** The code of a fixture, for a simulated program. */
export async function loadFixture(name: FixtureName): Promise<FixtureMain> {
  const module: { readonly main: FixtureMain } = await import(new URL(`fixtures/${name}.mjs`, import.meta.url).href)
  return module.main
}
