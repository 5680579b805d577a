import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { setWin32 } from '@asuser/native'
import { objectTypes, Sid } from '@asuser/security-descriptors'
import { editDacl, getSecurity } from '@asuser/security-descriptors/objects'
import { setEntries } from '@asuser/security-descriptors/set-entries'
import { createWindows } from './index.ts'

const source = new URL('../../security-descriptors/src/objects.ts', import.meta.url)
const examples = Array.from(readFileSync(source, 'utf8').matchAll(/^ \* ```ts\n(.*?)^ \* ```$/gms), ([, code = '']) =>
  code.replaceAll(/^ \* ?/gm, ''),
)

const sid = Sid.parse('BU')

/** What the examples may use without importing it. */
const scope = { editDacl, getSecurity, objectTypes, setEntries, sid }

/** Runs an example; gives what it names. */
async function run(example: string, ...names: readonly string[]): Promise<unknown> {
  // oxlint-disable-next-line typescript/no-implied-eval -- examples are text; running them is the point
  const body = new Function(
    ...Object.keys(scope),
    `return (async () => {${example}\nreturn { ${names.join(', ')} } })()`,
  )
  return await body(...Object.values(scope))
}

it('the examples of security-descriptors/objects do what they say', async () => {
  const windows = createWindows({
    files: { 'C:\\ProgramData\\Example': { directory: true, sddl: 'O:BAG:SYD:P(A;OICI;FA;;;SY)' } },
    registry: { 'MACHINE\\SOFTWARE\\Example': {} },
  })
  using _win32 = setWin32(windows.startProcess({ account: 'LocalSystem' }).win32)
  expect(examples).toHaveLength(2)
  const [reading = '', editing = ''] = examples
  const read = await run(reading, 'owner', 'dacl')
  expect(read).toMatchObject({ owner: Sid.parse('BA'), dacl: { entries: [{ type: 'accessAllowed', flags: 3 }] } })
  await run(editing)
  const edited = await getSecurity({ registryKey: 'HKLM\\SOFTWARE\\Example' }, ['dacl'])
  const { KEY_READ } = objectTypes.registryKey.rights
  expect(edited.dacl?.entries).toContainEqual(
    expect.objectContaining({ type: 'accessAllowed', mask: KEY_READ, flags: 0 }),
  )
  windows.assertNoLeaks()
})
