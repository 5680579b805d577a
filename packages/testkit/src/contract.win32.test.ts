import { execFileSync } from 'node:child_process'
import { execPath } from 'node:process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getWin32 } from '@asuser/native'
import { describeWin32Contract, type ContractBackend, type ContractProgram, type Lane } from './contract/index.ts'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { contractPrograms, type FixtureName } from './contract/fixtures/fixture.ts'

const runner = fileURLToPath(new URL('contract/fixtures/run.mjs', import.meta.url))

/** A fixture in a node.exe of its own. */
function program(name: FixtureName, ...args: readonly string[]): ContractProgram {
  return { applicationName: execPath, commandLine: ['"node"', `"${runner}"`, name, ...args].join(' ') }
}

const registryKey = 'HKLM\\SOFTWARE\\asuser-contract'

function changeRegistry(change: 'add' | 'delete', key: string): void {
  execFileSync('reg.exe', [change, key, '/f'], { stdio: 'ignore' })
}

async function makeAddonBackend(): Promise<ContractBackend> {
  const lane: Lane = process.env['ASUSER_LANE'] === 'wine' ? 'wine' : 'windows'
  const win32 = getWin32()
  const accounts = await installedAccounts()
  const directory = mkdtempSync(join(tmpdir(), 'asuser-contract-'))
  const textFile = join(directory, 'notes.txt')
  writeFileSync(textFile, 'This is no program.')
  changeRegistry('add', `${registryKey}\\below`)
  return {
    lane,
    win32,
    accounts,
    programs: contractPrograms(program),
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
