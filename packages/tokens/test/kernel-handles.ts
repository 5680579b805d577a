import type { Win32 } from '@asuser/native'
// @boundaries-ignore support of all test suites
import { loadKoffi } from '../../../tools/testing/koffi.ts'

/** A number that grows with the kernel handles of this process, as Windows itself counts them. */
export function kernelHandles(win32: Win32): number {
  return win32.getProcessHandleCount(win32.getCurrentProcess()) || lowestFreeHandle()
}

interface Kernel32 {
  readonly createEvent: (...args: readonly unknown[]) => number
  readonly closeHandle: (...args: readonly unknown[]) => number
}

let kernel32: Kernel32 | undefined

/** Wine has no function for the count, but gives a new handle the lowest number that is free. */
function lowestFreeHandle(): number {
  const { createEvent, closeHandle } = (kernel32 ??= loadKernel32())
  const handles = Array.from({ length: 20 }, () => createEvent(null, 1, 0, null))
  for (const handle of handles) closeHandle(handle)
  return Number(handles.at(-1)) / 4
}

function loadKernel32(): Kernel32 {
  const library = loadKoffi()?.load('kernel32.dll')
  if (library === undefined) throw new Error('koffi is not installed')
  return {
    createEvent: library.func('int64_t CreateEventW(void *security, int manual, int initial, void *name)'),
    closeHandle: library.func('int CloseHandle(int64_t handle)'),
  }
}
