import { accessRight, securityInformation, type Handle, type KernelObjectKind, type Win32 } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it, type TestContext } from 'vitest'
import { outcomeOf, type ContractRun } from './contract-run.ts'

const { READ_CONTROL, WRITE_DAC, ACCESS_SYSTEM_SECURITY, MAXIMUM_ALLOWED } = accessRight
const { DACL_SECURITY_INFORMATION: dacl } = securityInformation

interface Opening {
  /** The kind of handle that it gives. */
  readonly kind: KernelObjectKind
  readonly open: (win32: Win32, name: string, desiredAccess: number) => Handle<KernelObjectKind>
  /** An object that it opens. */
  readonly name: (run: ContractRun) => string
}

const byName: Readonly<Record<string, Opening>> = {
  openEvent: {
    kind: 'event',
    open: (win32, name, access) => win32.openEvent(name, access),
    name: (run) => run.backend.kernelObjects.event,
  },
  openSemaphore: {
    kind: 'semaphore',
    open: (win32, name, access) => win32.openSemaphore(name, access),
    name: (run) => run.backend.kernelObjects.semaphore,
  },
  openWaitableTimer: {
    kind: 'waitable-timer',
    open: (win32, name, access) => win32.openWaitableTimer(name, access),
    name: (run) => run.backend.kernelObjects.waitableTimer,
  },
  openFileMapping: {
    kind: 'section',
    open: (win32, name, access) => win32.openFileMapping(name, access),
    name: (run) => run.backend.kernelObjects.section,
  },
}

const byPath: Readonly<Record<string, Opening>> = {
  openSymbolicLinkObject: {
    kind: 'symbolic-link',
    open: (win32, path, access) => win32.openSymbolicLinkObject(path, access),
    name: (run) => run.backend.kernelObjects.symbolicLink,
  },
  openDirectoryObject: {
    kind: 'directory-object',
    open: (win32, path, access) => win32.openDirectoryObject(path, access),
    name: (run) => run.backend.kernelObjects.directoryObject,
  },
}

export function describeKernelObjects(run: () => ContractRun): void {
  function outcomeFor({ open }: Opening, name: string, desiredAccess: number = READ_CONTROL): string {
    return outcomeOf(() => open(run().win32, name, desiredAccess))
  }

  function daclOf(handle: Handle<KernelObjectKind>): string {
    const descriptor = SecurityDescriptor.fromBytes(run().win32.getKernelObjectSecurity(handle, dacl))
    // Once an object has had a SACL, Wine says of it that there is one, whatever is asked for.
    return descriptor.with({ sacl: undefined }).toSddl()
  }

  describe.each(Object.entries({ ...byName, ...byPath }))('%s', (call, opening) => {
    const isPath = call in byPath

    function needsObject(context: TestContext): void {
      if (!isPath) run().needs('events, semaphores, waitable timers and sections', context)
    }

    it('opens an object for its security, which is that of all its handles', (context) => {
      needsObject(context)
      const { win32 } = run()
      const name = opening.name(run())
      using writer = opening.open(win32, name, READ_CONTROL | WRITE_DAC)
      expect(writer.kind).toBe(opening.kind)
      const before = win32.getKernelObjectSecurity(writer, dacl)
      try {
        const text = 'D:P(A;;SD;;;AN)(A;;CCSDRCWDWO;;;SY)'
        win32.setKernelObjectSecurity(writer, dacl, SecurityDescriptor.fromSddl(text).toBytes())
        using reader = opening.open(win32, name, READ_CONTROL)
        using again = win32.duplicateHandle(reader)
        expect([daclOf(reader), daclOf(again)]).toEqual([text, text])
      } finally {
        win32.setKernelObjectSecurity(writer, dacl, before)
      }
    })

    it('gives the access that is asked for, and no more', (context) => {
      needsObject(context)
      const { win32 } = run()
      using reader = opening.open(win32, opening.name(run()), READ_CONTROL)
      const bytes = win32.getKernelObjectSecurity(reader, dacl)
      expect(outcomeOf(() => win32.setKernelObjectSecurity(reader, dacl, bytes))).toBe('ERROR_ACCESS_DENIED')
      using writer = opening.open(win32, opening.name(run()), WRITE_DAC)
      expect(outcomeOf(() => win32.getKernelObjectSecurity(writer, dacl))).toBe('ERROR_ACCESS_DENIED')
    })

    it('asks the DACL of the object whether the client may', async (context) => {
      needsObject(context)
      using bob = await run().logOn(run().backend.accounts.bob)
      const name = opening.name(run())
      const open = (): string => outcomeFor(opening, name, MAXIMUM_ALLOWED)
      expect(open()).toBe('success')
      expect(run().win32.impersonateLoggedOnUser(bob, open)).toBe('ERROR_ACCESS_DENIED')
    })

    it('gives nobody access to the SACL without SeSecurityPrivilege', async (context) => {
      needsObject(context)
      using bob = await run().logOn(run().backend.accounts.bob)
      const open = (): string => outcomeFor(opening, opening.name(run()), ACCESS_SYSTEM_SECURITY)
      const refused = run().expected('the SACL of a named object without the privilege', 'ERROR_PRIVILEGE_NOT_HELD')
      expect(run().win32.impersonateLoggedOnUser(bob, open)).toBe(refused)
    })

    it('fails for what is not there', () => {
      expect(outcomeFor(opening, isPath ? '\\asuser-missing' : 'Local\\asuser-missing')).toBe('ERROR_FILE_NOT_FOUND')
      expect(outcomeFor(opening, isPath ? '\\asuser-missing\\x' : 'Local\\asuser-missing\\x')).toBe(
        'ERROR_PATH_NOT_FOUND',
      )
    })

    it('fails for what is no name', () => {
      expect(outcomeFor(opening, '')).toBe(isPath ? 'ERROR_BAD_PATHNAME' : 'ERROR_INVALID_HANDLE')
      expect(outcomeFor(opening, isPath ? '\\BaseNamedObjects\\' : 'Global\\')).toBe('ERROR_INVALID_NAME')
    })

    it('fails with ERROR_INVALID_HANDLE for an object of another type', () => {
      const { win32 } = run()
      const name = 'Global\\asuser-contract-other-type'
      using job = win32.createJobObject({ name, security: null })
      const path = '\\BaseNamedObjects\\asuser-contract-other-type'
      expect(outcomeFor(opening, isPath ? path : name)).toBe('ERROR_INVALID_HANDLE')
      expect(job.closed).toBe(false)
    })
  })

  describe('openMutex', () => {
    it('opens a mutex with the access that is asked for, and no more', () => {
      const { win32 } = run()
      const name = 'Local\\asuser-contract-open-mutex'
      using _mutex = win32.createMutex({ name, security: null })
      using taken = win32.openMutex(name, accessRight.SYNCHRONIZE)
      expect(win32.tryAcquireMutex(taken)).toBe('acquired')
      win32.releaseMutex(taken)
      using reader = win32.openMutex(name, READ_CONTROL)
      expect(win32.getKernelObjectSecurity(reader, dacl).length).toBeGreaterThan(0)
      expect(outcomeOf(() => win32.tryAcquireMutex(reader))).toBe('ERROR_ACCESS_DENIED')
    })

    it('makes none where there is none, and opens none for whom its DACL keeps out', async () => {
      const { win32, backend } = run()
      using bob = await run().logOn(backend.accounts.bob)
      const name = 'Local\\asuser-contract-shut-mutex'
      const open = (): string => outcomeOf(() => win32.openMutex(name, READ_CONTROL))
      expect(open()).toBe('ERROR_FILE_NOT_FOUND')
      const security = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;0x1f0001;;;SY)').toBytes()
      using mutex = win32.createMutex({ name, security })
      expect(open()).toBe('success')
      expect(win32.impersonateLoggedOnUser(bob, open)).toBe('ERROR_ACCESS_DENIED')
      mutex.close()
      expect(open()).toBe('ERROR_FILE_NOT_FOUND')
    })
  })

  describe('the paths of the object manager', () => {
    const outcomeOfPath = (path: string): string =>
      outcomeOf(() => run().win32.openDirectoryObject(path, accessRight.READ_CONTROL))

    it('lead through links to the names of programs, whatever the letter case', () => {
      const { win32 } = run()
      for (const path of ['\\BaseNamedObjects', '\\basenamedobjects', '\\BaseNamedObjects\\Global']) {
        expect(outcomeOfPath(path)).toBe('success')
      }
      using link = win32.openSymbolicLinkObject('\\BaseNamedObjects\\Global', READ_CONTROL)
      using drive = win32.openSymbolicLinkObject('\\??\\C:', READ_CONTROL)
      expect([link.kind, drive.kind]).toEqual(['symbolic-link', 'symbolic-link'])
      expect(outcomeOf(() => win32.openSymbolicLinkObject('\\BaseNamedObjects', READ_CONTROL))).toBe(
        'ERROR_INVALID_HANDLE',
      )
    })

    it('begin with a backslash, have no empty names in them, and no more than 32,766 characters', () => {
      expect(outcomeOfPath('\\')).toBe('success')
      expect(outcomeOfPath('BaseNamedObjects')).toBe('ERROR_BAD_PATHNAME')
      expect(outcomeOfPath('\\BaseNamedObjects\\\\Global')).toBe('ERROR_INVALID_NAME')
      expect(outcomeOfPath(`\\${'x'.repeat(32_766)}`)).toBe('ERROR_FILENAME_EXCED_RANGE')
    })
  })

  describe('openThread', () => {
    it('opens a thread by its id with the access that is asked for, and none that there is not', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      using bob = await run().logOn(backend.accounts.bob)
      const created = await run().start(token, backend.programs.runForever())
      const onlySystem = SecurityDescriptor.fromSddl('D:(A;;0x1fffff;;;SY)').toBytes()
      win32.setKernelObjectSecurity(created.thread, dacl, onlySystem)
      const open = (): Handle<'thread'> => win32.openThread(created.threadId, READ_CONTROL)
      using thread = open()
      expect(thread.kind).toBe('thread')
      expect(win32.getKernelObjectSecurity(thread, dacl)).toEqual(win32.getKernelObjectSecurity(created.thread, dacl))
      expect(outcomeOf(() => win32.resumeThread(thread))).toBe('ERROR_ACCESS_DENIED')
      expect(win32.impersonateLoggedOnUser(bob, () => outcomeOf(open))).toBe('ERROR_ACCESS_DENIED')
      expect(outcomeOf(() => win32.openThread(0x7fff_fffc, READ_CONTROL))).toBe('ERROR_INVALID_PARAMETER')
      win32.terminateProcess(created.process, 0)
      await run().exitCode(created)
    })
  })
}
