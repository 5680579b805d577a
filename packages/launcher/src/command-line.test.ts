import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCommandLine, quoteArgument } from './command-line.ts'

/** What `CommandLineToArgvW` is documented to do with the words after the first, written independently of the quoting. */
function parseArguments(commandLine: string): string[] {
  const afterImage = commandLine.replace(/^"[^"]*"/, '')
  const words: string[] = []
  let word: string | undefined
  let isQuoted = false
  for (let at = 0; at < afterImage.length; at++) {
    const character = afterImage[at]
    if (!isQuoted && (character === ' ' || character === '\t')) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    word ??= ''
    if (character === '"') {
      isQuoted = !isQuoted
      continue
    }
    const backslashes = /^\\*/.exec(afterImage.slice(at))?.[0].length ?? 0
    if (backslashes > 0 && afterImage[at + backslashes] === '"') {
      word += '\\'.repeat(Math.floor(backslashes / 2))
      at += backslashes - 1
      if (backslashes % 2 === 1) {
        word += '"'
        at++
      }
      continue
    }
    word += character
  }
  return word === undefined ? words : [...words, word]
}

describe('quoteArgument', () => {
  it.each([
    ['plain', 'plain'],
    ['', '""'],
    ['two words', '"two words"'],
    ['tab\there', '"tab\there"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['C:\\Program Files\\', '"C:\\Program Files\\\\"'],
    ['C:\\plain\\', 'C:\\plain\\'],
    ['back\\"quote', '"back\\\\\\"quote"'],
    ['a\\\\b c', '"a\\\\b c"'],
  ])('writes %j as %j', (argument, quoted) => {
    expect(quoteArgument(argument)).toBe(quoted)
  })

  it('takes time in proportion to the length when an argument is all backslashes', () => {
    const measure = (length: number): number => {
      const begin = performance.now()
      quoteArgument(`${'\\'.repeat(length)} `)
      return performance.now() - begin
    }
    measure(100_000)
    expect(measure(1_000_000)).toBeLessThan(1000)
  })
})

describe('formatCommandLine', () => {
  it('is read back as the same arguments when any strings are given', () => {
    const argument = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.constantFrom('\\', '"', ' ', 'a', '\t'), { maxLength: 12 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 8 }), (args) => {
        expect(parseArguments(formatCommandLine('C:\\Program Files\\x.exe', args, false))).toEqual(args)
      }),
      { numRuns: 2000 },
    )
  })

  it('joins arguments as they are when verbatim', () => {
    expect(formatCommandLine('C:\\x.exe', ['/c', 'echo "a b"'], true)).toBe('"C:\\x.exe" /c echo "a b"')
  })

  it('refuses what Windows refuses when 32,767 units with the terminator are exceeded', () => {
    const longest = 'x'.repeat(32_766 - '"C:\\x.exe" '.length)
    expect(formatCommandLine('C:\\x.exe', [longest], false)).toHaveLength(32_766)
    expect(() => formatCommandLine('C:\\x.exe', [`${longest}x`], false)).toThrow(
      expect.objectContaining({ code: 'ERROR_FILENAME_EXCED_RANGE', syscall: 'CreateProcessAsUserW' }),
    )
  })
})
