import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import * as accessCheck from './access-check/index.ts'
import * as derivedSids from './derived-sids.ts'
import * as explain from './explain/index.ts'
import * as library from './index.ts'
import * as inheritance from './inheritance.ts'
import * as setEntries from './set-entries.ts'

const sources = fileURLToPath(new URL('.', import.meta.url))
const readme = fileURLToPath(new URL('../README.md', import.meta.url))

/** What examples may use without importing it. */
const scope: Readonly<Record<string, unknown>> = {
  ...library,
  ...accessCheck,
  ...derivedSids,
  ...explain,
  ...inheritance,
  ...setEntries,
}

for (const { place, code } of [...examplesOfSources(), ...examplesOfReadme()]) {
  describe(`example in ${place}`, () => {
    const claims = statementsOf(code)

    test('says at least one result', () => {
      expect(claims.filter(({ expected }) => expected !== undefined)).not.toHaveLength(0)
    })

    test.each(claims.filter(({ expected }) => expected !== undefined))('gives $expected when $code runs', (claim) => {
      const before = claims.slice(0, claims.indexOf(claim)).map(({ code: earlier }) => earlier)
      const script = `${before.join('\n')}\nreturn [${claim.code.replace(/;$/, '')}, ${claim.expected ?? ''}]`
      const [result, expected]: readonly unknown[] = run(script)
      expect(result).toEqual(expected)
    })
  })
}

interface Statement {
  readonly code: string
  /** What a comment after the statement says that it gives. */
  readonly expected: string | undefined
}

/** Lines that begin in the first column begin a statement; a comment there, or after it, is its result. */
function statementsOf(code: string): readonly Statement[] {
  const statements: Statement[] = []
  for (const line of code.split('\n')) {
    const last = statements.at(-1)
    const comment = /^(.*?)\s*\/\/ (.*)$/.exec(line)
    if (line === '' || line.startsWith('import ')) continue
    if (line.startsWith('//')) {
      if (last !== undefined)
        statements[statements.length - 1] = { ...last, expected: (last.expected ?? '') + line.slice(2) }
    } else if (/^[\s})\]]/.test(line) && last !== undefined) {
      statements[statements.length - 1] = { ...last, code: `${last.code}\n${line}` }
    } else {
      statements.push({ code: comment?.[1] ?? line, expected: comment?.[2] })
    }
  }
  return statements
}

function run(script: string): readonly unknown[] {
  // oxlint-disable-next-line typescript/no-implied-eval -- examples are text; running them is the point
  const body = new Function(...Object.keys(scope), `'use strict'\n${script}`)
  const result: unknown = body(...Object.values(scope))
  return Array.isArray(result) ? result : []
}

function examplesOfSources(): readonly { place: string; code: string }[] {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  return (
    files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('fixtures'))
      // What asks a Windows is run in @asuser/testkit: objects-examples.test.ts.
      .filter((file) => file !== 'objects.ts')
      .toSorted()
      .flatMap((file) =>
        [...readFileSync(join(sources, file), 'utf8').matchAll(/^( *)\* ```ts\n(.*?)^ *\* ```$/gms)].map(
          (match, index) => ({
            place: `${file.replaceAll('\\', '/')} (${index + 1})`,
            code: (match[2] ?? '').replaceAll(/^ *\* ?/gm, ''),
          }),
        ),
      )
  )
}

function examplesOfReadme(): readonly { place: string; code: string }[] {
  return [...readFileSync(readme, 'utf8').matchAll(/^```(?:js|ts)\n(.*?)^```$/gms)].map((match, index) => ({
    place: `README.md (${index + 1})`,
    code: match[1] ?? '',
  }))
}
