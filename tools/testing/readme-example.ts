import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { vi } from 'vitest'

export interface ReadmeExample {
  /** The comments behind the `console.log` calls of the example. */
  readonly promised: readonly string[]
  /** Runs it; gives what it printed. */
  run(): Promise<readonly string[]>
}

/** The first JavaScript example in the README of a package, whose folder is `root`. */
export function readmeExample(root: URL): ReadmeExample {
  const readme = readFileSync(new URL('README.md', root), 'utf8')
  const [, example = ''] = /```js\n(.*?)```/s.exec(readme) ?? []
  return {
    promised: Array.from(example.matchAll(/console\.log\(.*\/\/ (.*)$/gm), ([, text = '']) => text),
    async run() {
      const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
      await runAsFunction(example, new URL('build/readme/', root))
      return printed.mock.calls.map((words) => words.join(' '))
    },
  }
}

/** As a function: a module would leave its `using` variables open for ever. */
async function runAsFunction(example: string, folder: URL): Promise<void> {
  const imports = example.match(/^import .*$/gm) ?? []
  const body = example.replaceAll(/^import .*$/gm, '')
  mkdirSync(folder, { recursive: true })
  const file = new URL(`example-${process.pid}-${Date.now()}.ts`, folder)
  writeFileSync(file, `${imports.join('\n')}\nexport default async () => {\n${body}}\n`)
  try {
    const { default: run } = await import(file.href)
    await run()
  } finally {
    rmSync(file)
  }
}
