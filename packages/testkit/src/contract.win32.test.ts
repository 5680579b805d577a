import { execFileSync } from 'node:child_process'
import { execPath } from 'node:process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getWin32, securityInformation } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describeWin32Contract, type ContractBackend, type ContractProgram, type Lane } from './contract/index.ts'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import type { FixtureName } from './contract/fixtures/fixture.ts'

const runner = fileURLToPath(new URL('contract/fixtures/run.mjs', import.meta.url))

/** A fixture in a node.exe of its own. */
function program(name: FixtureName, ...args: readonly string[]): ContractProgram {
  return { applicationName: execPath, commandLine: ['"node"', `"${runner}"`, name, ...args].join(' ') }
}

const registryKey = 'HKLM\\SOFTWARE\\asuser-contract'

function changeRegistry(change: 'add' | 'delete', key: string): void {
  execFileSync('reg.exe', [change, key, '/f'], { stdio: 'ignore' })
}

/** Wine has no security on the roots of its registry, and asks it where there is some: here that of Windows. */
function secureRegistryRoots(): void {
  const dacl = SecurityDescriptor.fromSddl('D:P(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CI;KR;;;WD)').toBytes()
  const library = createRequire(import.meta.url)('koffi').load('advapi32.dll')
  const setKeySecurity = library.func('int RegSetKeySecurity(int64_t key, uint32_t information, void *descriptor)')
  for (const root of [0x8000_0002, 0x8000_0003]) {
    const status: unknown = setKeySecurity(root, securityInformation.DACL_SECURITY_INFORMATION, Buffer.from(dacl))
    if (status !== 0) throw new Error(`RegSetKeySecurity failed with ${String(status)}`)
  }
}

async function makeAddonBackend(): Promise<ContractBackend> {
  const lane: Lane = process.env['ASUSER_LANE'] === 'wine' ? 'wine' : 'windows'
  const win32 = getWin32()
  const accounts = await installedAccounts()
  if (lane === 'wine') secureRegistryRoots()
  const directory = mkdtempSync(join(tmpdir(), 'asuser-contract-'))
  const textFile = join(directory, 'notes.txt')
  writeFileSync(textFile, 'This is no program.')
  changeRegistry('add', `${registryKey}\\below`)
  return {
    lane,
    win32,
    accounts,
    programs: {
      exitWith: (code) => program('exit-with', String(code)),
      echoStdin: () => program('echo-stdin'),
      reportIdentity: () => program('report-identity'),
      runForever: () => program('run-forever'),
      abandonMutex: (name) => program('abandon-mutex', name),
    },
    paths: {
      directory,
      otherDirectory: process.env['SystemRoot'] ?? 'C:\\Windows',
      textFile,
      missingFile: join(directory, 'missing.exe'),
      missingDirectory: join(directory, 'missing'),
      registryKey: 'MACHINE\\SOFTWARE\\asuser-contract',
    },
    // The Windows lane makes the share; Wine has none, whatever its name.
    shares: { share: '\\\\localhost\\asuser-test', missing: '\\\\localhost\\asuser-missing' },
    dispose: () => {
      rmSync(directory, { recursive: true })
      changeRegistry('delete', registryKey)
    },
  }
}

describeWin32Contract('the addon', makeAddonBackend)
