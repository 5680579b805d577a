import { accessRight, securityInformation, type Win32 } from '@asuser/native'

/** The DACLs of the interactive window station and its desktop, to compare them with what they become. */
export function readDacls(win32: Win32): readonly string[] {
  const { READ_CONTROL } = accessRight
  using station = win32.openWindowStation('winsta0', READ_CONTROL)
  using desktop = win32.openDesktop({ windowStation: station, name: 'default', desiredAccess: READ_CONTROL })
  return [station, desktop].map((object) => {
    const bytes = win32.getUserObjectSecurity(object, securityInformation.DACL_SECURITY_INFORMATION)
    return Buffer.from(bytes).toString('hex')
  })
}
