import type { SimulatedProcess, SimulatedWindows } from '@asuser/testkit'

export const stationLock = 'Global\\asuser-station-winsta0'

/** Another server, which edits the DACLs of the interactive window station and is not done until it is told. */
export function holdStationLock(windows: SimulatedWindows): { readonly holder: SimulatedProcess; release(): void } {
  const holder = windows.startProcess({ account: 'LocalSystem' })
  const mutex = holder.win32.createMutex({ name: stationLock, security: null })
  if (holder.win32.tryAcquireMutex(mutex) !== 'acquired') throw new Error('Somebody else has the lock of the station')
  return {
    holder,
    release() {
      holder.win32.releaseMutex(mutex)
      mutex.close()
    },
  }
}
