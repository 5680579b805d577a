import { execFileSync } from 'node:child_process'
import { execPath } from 'node:process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { accessRight, getWin32, securityInformation, type Handle, type Win32 } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import {
  describeWin32Contract,
  type ContractBackend,
  type ContractKernelObjects,
  type ContractProgram,
  type Lane,
} from './contract/index.ts'
// @boundaries-ignore support of all test suites
import { installedAccounts, installedDomain } from '../../../tools/testing/installed-accounts.ts'
// @boundaries-ignore support of all test suites
import { makeKernelObjects } from '../../../tools/testing/kernel-objects.ts'
// @boundaries-ignore support of all test suites
import { loadKoffi } from '../../../tools/testing/koffi.ts'
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

/** Wine has no security on the roots of its registry, and asks it where there is some: here that of Windows. */
function secureRegistryRoots(): void {
  const dacl = SecurityDescriptor.fromSddl('D:P(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CI;KR;;;WD)').toBytes()
  const setKeySecurity = loadKoffi()
    ?.load('advapi32.dll')
    .func('int RegSetKeySecurity(int64_t key, uint32_t information, uint8_t *descriptor)')
  for (const root of [0x8000_0002, 0x8000_0003]) {
    const status = setKeySecurity?.(root, securityInformation.DACL_SECURITY_INFORMATION, dacl)
    if (status !== 0) throw new Error(`RegSetKeySecurity failed with ${status}`)
  }
}

const onlySystem = 'O:SYG:SYD:(A;;GA;;;SY)'

/** Gives an object to the system alone. Returns how to give it back. */
function reserve(win32: Win32, object: Handle<'symbolic-link' | 'directory-object'>): () => void {
  const information = securityInformation.DACL_SECURITY_INFORMATION
  const before = win32.getKernelObjectSecurity(object, information)
  win32.setKernelObjectSecurity(object, information, SecurityDescriptor.fromSddl(onlySystem).toBytes())
  return () => {
    win32.setKernelObjectSecurity(object, information, before)
    object.close()
  }
}

/** Objects of each type that the interface opens and does not make: a link and a directory are those that nobody needs. */
function reserveKernelObjects(win32: Win32): ContractKernelObjects & Disposable {
  const koffi = loadKoffi()
  const prefix = 'Global\\asuser-contract'
  const made = koffi && makeKernelObjects(koffi, prefix, onlySystem)
  const symbolicLink = '\\??\\AUX'
  const directoryObject = '\\KernelObjects'
  const access = accessRight.READ_CONTROL | accessRight.WRITE_DAC
  const giveBackLink = reserve(win32, win32.openSymbolicLinkObject(symbolicLink, access))
  const giveBackDirectory = reserve(win32, win32.openDirectoryObject(directoryObject, access))
  return {
    // Without koffi these are names of nothing, and their tests are pending.
    ...(made ?? { event: prefix, semaphore: prefix, waitableTimer: prefix, section: prefix }),
    symbolicLink,
    directoryObject,
    [Symbol.dispose]: () => {
      giveBackDirectory()
      giveBackLink()
      made?.[Symbol.dispose]()
    },
  }
}

async function makeAddonBackend(): Promise<ContractBackend> {
  const lane: Lane = process.env['ASUSER_LANE'] === 'wine' ? 'wine' : 'windows'
  const win32 = getWin32()
  const accounts = await installedAccounts()
  const domain = await installedDomain()
  if (lane === 'wine') secureRegistryRoots()
  const directory = mkdtempSync(join(tmpdir(), 'asuser-contract-'))
  const textFile = join(directory, 'notes.txt')
  writeFileSync(textFile, 'This is no program.')
  changeRegistry('add', `${registryKey}\\below`)
  const kernelObjects = reserveKernelObjects(win32)
  return {
    lane,
    win32,
    accounts,
    ...(domain && { domain }),
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
    kernelObjects,
    dispose: () => {
      kernelObjects[Symbol.dispose]()
      rmSync(directory, { recursive: true })
      changeRegistry('delete', registryKey)
    },
  }
}

describeWin32Contract('the addon', makeAddonBackend)
