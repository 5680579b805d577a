import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { bundle } from './fixtures/bundle.ts'

/** Runs in the page, and leaves what it found in its body. */
const program = `
import { objectTypes, parseCondition, SddlSyntaxError, SecurityDescriptor, Sid } from '<entry>'
import { accessCheck, evaluateCondition, formatTrace } from '<entry>/access-check'
import { serviceSid } from '<entry>/derived-sids'

const text = 'O:BAG:SYD:P(D;;FW;;;BG)(XA;;FR;;;WD;(@User.a == "b"))'
const descriptor = SecurityDescriptor.fromBytes(SecurityDescriptor.fromSddl(text).toBytes())
const userClaims = [{ name: 'a', type: 'string', values: ['B'] }]
const token = { user: { sid: Sid.parse('WD'), attributes: 0 }, groups: [], privileges: [], userClaims }
const { granted, trace } = accessCheck({ descriptor, token, desiredAccess: 1, genericMapping: objectTypes.file.genericMapping })
let refusal
try {
  SecurityDescriptor.fromSddl('D:(A;;XX;;;WD)')
} catch (error) {
  refusal = error instanceof SddlSyntaxError ? error.code : String(error)
}
document.body.textContent = JSON.stringify({
  text: descriptor.toSddl(),
  granted,
  trace: formatTrace(trace),
  condition: evaluateCondition(parseCondition('@User.a == "b"'), { userClaims }),
  service: serviceSid('TrustedInstaller').toString(),
  refusal,
})
`

const expected = {
  text: 'O:BAG:SYD:P(D;;FW;;;BG)(XA;;FR;;;WD;(@USER.a == "b"))',
  granted: true,
  trace: '=> ACE 1 (XA;;FR;;;WD;(@USER.a == "b")) grants 0x00000001',
  condition: true,
  service: 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
  refusal: 'ERROR_INVALID_ACL',
}

const named = process.env['ASUSER_CHROMIUM']
const candidates = named === undefined ? ['chromium', 'chromium-browser', 'google-chrome', 'msedge'] : [named]
/** The first Chromium that starts, or the one that `ASUSER_CHROMIUM` names, which then must. */
const chromium = named ?? candidates.find((candidate) => spawnSync(candidate, ['--version']).status === 0)

describe('in a browser', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'asuser-browser-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('everything gives what it gives in Node when headless Chromium runs it', async ({ skip }) => {
    if (chromium === undefined) return skip(`none of ${candidates.join(', ')} starts on this machine`)
    const { code } = await bundle(program)
    const page = join(folder, 'page.html')
    writeFileSync(page, `<!doctype html><meta charset="utf-8"><body><script type="module">${code}</script></body>`)
    const { stdout, stderr } = spawnSync(
      chromium,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--dump-dom',
        pathToFileURL(page).href,
      ],
      { encoding: 'utf8', timeout: 60_000 },
    )
    const body = /<body>(.*)<\/body>/s.exec(stdout)?.[1] ?? `no page came back: ${stderr}`
    const found: unknown = JSON.parse(body.replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&'))
    expect(found).toEqual(expected)
  }, 90_000)
})
