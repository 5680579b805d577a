import type { Koffi } from './koffi.ts'

/** Objects that the Win32 interface opens and does not make, by their names, until they are disposed. */
export interface KernelObjects extends Disposable {
  readonly event: string
  readonly semaphore: string
  readonly waitableTimer: string
  readonly section: string
}

/** Makes them with names that begin with `prefix`, each with the same security. */
export function makeKernelObjects(koffi: Koffi, prefix: string, sddl: string): KernelObjects {
  const kernel32 = koffi.load('kernel32.dll')
  const createEvent = kernel32.func('int64_t CreateEventW(int64_t *security, int manual, int initial, str16 name)')
  const createSemaphore = kernel32.func(
    'int64_t CreateSemaphoreW(int64_t *security, int initial, int maximum, str16 name)',
  )
  const createTimer = kernel32.func('int64_t CreateWaitableTimerW(int64_t *security, int manual, str16 name)')
  const createSection = kernel32.func(
    'int64_t CreateFileMappingW(int64_t file, int64_t *security, uint32_t protection, uint32_t high, uint32_t low, str16 name)',
  )
  const closeHandle = kernel32.func('int CloseHandle(int64_t handle)')
  const localFree = kernel32.func('int64_t LocalFree(int64_t memory)')

  const names = {
    event: `${prefix}-event`,
    semaphore: `${prefix}-semaphore`,
    waitableTimer: `${prefix}-timer`,
    section: `${prefix}-section`,
  }
  const descriptor = descriptorAt(koffi, sddl)
  const security = new BigInt64Array([securityAttributesSize, descriptor, 0n])
  const handles = [
    createEvent(security, 1, 0, names.event),
    createSemaphore(security, 0, 1, names.semaphore),
    createTimer(security, 1, names.waitableTimer),
    createSection(-1, security, pageReadWrite, 0, 4096, names.section),
  ]
  localFree(descriptor)
  if (handles.includes(0)) throw new Error(`Not all kernel objects were made: ${handles.join(', ')}`)
  return {
    ...names,
    [Symbol.dispose]: () => {
      for (const handle of handles) closeHandle(handle)
    },
  }
}

/** The id of the thread that asks. */
export function currentThreadId(koffi: Koffi): number {
  return koffi.load('kernel32.dll').func('uint32_t GetCurrentThreadId()')()
}

const securityAttributesSize = 24n
const pageReadWrite = 4

/** The address of a security descriptor in local memory. */
function descriptorAt(koffi: Koffi, sddl: string): bigint {
  const convert = koffi
    .load('advapi32.dll')
    .func(
      'int ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 text, uint32_t revision, int64_t *descriptor, uint32_t *size)',
    )
  const address = new BigInt64Array(1)
  if (convert(sddl, 1, address, new Uint32Array(1)) === 0) throw new Error(`Windows does not read ${sddl}`)
  const [descriptor = 0n] = address
  return descriptor
}
