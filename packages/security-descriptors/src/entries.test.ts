import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const imports = /^(?:import|export)\s[^'"]*?from '(?<source>[^']+)'/gmu

/** The modules that an entry needs, by import, and what they need from elsewhere. */
function reach(entry: string): { readonly files: ReadonlySet<string>; readonly elsewhere: ReadonlySet<string> } {
  const files = new Set<string>()
  const elsewhere = new Set<string>()
  const open = [new URL(entry, import.meta.url).href]
  for (const file of open) {
    if (files.has(file)) continue
    files.add(file)
    for (const { groups } of readFileSync(new URL(file), 'utf8').matchAll(imports)) {
      const source = groups?.['source'] ?? ''
      if (source.startsWith('.')) open.push(new URL(source, file).href)
      else elsewhere.add(source)
    }
  }
  return { files, elsewhere }
}

describe('the entries that are pure', () => {
  it.each([
    './index.ts',
    './access-check/index.ts',
    './derived-sids.ts',
    './explain/index.ts',
    './inheritance.ts',
    './set-entries.ts',
  ])('need nothing outside of this package: %s', (entry) => {
    const { files, elsewhere } = reach(entry)
    expect(files.size).toBeGreaterThan(2)
    expect([...elsewhere]).toEqual([])
    expect([...files].filter((file) => file.includes('/src/objects'))).toEqual([])
  })
})

describe('the entry ./objects', () => {
  it('needs @asuser/native and nothing else', () => {
    expect([...reach('./objects.ts').elsewhere]).toEqual(['@asuser/native'])
  })
})
