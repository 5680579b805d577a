import { privilegeAttribute, securableObjectType, securityInformation } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { password, Server } from '../../test/server.ts'

describe('the files of a machine', () => {
  it('inherit from their directory what it has for files', async () => {
    const server = new Server({
      files: {
        'C:\\Data': { directory: true, sddl: 'O:SYG:SYD:P(A;OI;FA;;;SY)(A;;FA;;;BU)' },
        'C:\\Data\\inside.txt': {},
      },
    })
    using token = await server.logOn('alice')
    const attributes = (path: string): Promise<number> => server.win32.getFileAttributes({ path, impersonate: token })
    // Users may list the directory, which is enough to see attributes.
    expect(await attributes('C:\\Data\\inside.txt')).toBe(0x20)
  })

  it('have of their directory what a new object has, an entry for their owner, too', async () => {
    const server = new Server({
      files: {
        'C:\\Data': { directory: true, sddl: 'O:BAG:SYD:P(A;OICIIO;GA;;;CO)(A;CI;FR;;;BU)' },
        'C:\\Data\\inside\\file.txt': {},
      },
    })
    const securityOf = async (name: string): Promise<string> => {
      const { OWNER_SECURITY_INFORMATION, DACL_SECURITY_INFORMATION } = securityInformation
      const information = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION
      const bytes = await server.win32.getNamedSecurityInfo({
        name,
        objectType: securableObjectType.SE_FILE_OBJECT,
        information,
        impersonate: null,
      })
      return SecurityDescriptor.fromBytes(bytes).toSddl()
    }
    expect(await securityOf('C:\\Data\\inside')).toBe('O:BAD:AI(A;ID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;CIID;FR;;;BU)')
    expect(await securityOf('C:\\Data\\inside\\file.txt')).toBe('O:BAD:AI(A;ID;FA;;;BA)')
  })

  it('are seen with access to the file or with a list of the directory', async () => {
    const server = new Server({
      files: {
        'C:\\Closed': { directory: true, sddl: 'O:SYG:SYD:P(A;OICI;FA;;;SY)' },
        'C:\\Closed\\secret.txt': {},
        'C:\\Closed\\open.txt': { sddl: 'O:SYG:SYD:P(A;;FR;;;WD)' },
      },
    })
    using token = await server.logOn('alice')
    const attributes = (path: string): Promise<number> => server.win32.getFileAttributes({ path, impersonate: token })
    expect(await attributes('C:\\Closed\\open.txt')).toBe(0x20)
    await expect(attributes('C:\\Closed\\secret.txt')).rejects.toMatchObject({
      code: 'ERROR_ACCESS_DENIED',
      context: { path: 'C:\\Closed\\secret.txt' },
    })
    expect(await server.win32.getFileAttributes({ path: 'C:\\Closed\\secret.txt', impersonate: null })).toBe(0x20)
  })

  it('are out of reach behind a closed directory without SeChangeNotifyPrivilege', async () => {
    const server = new Server({
      users: { alice: { password } },
      files: {
        'C:\\Closed': { directory: true, sddl: 'O:SYG:SYD:P(A;OICI;FA;;;SY)' },
        'C:\\Closed\\open.txt': { sddl: 'O:SYG:SYD:P(A;;FR;;;WD)' },
      },
    })
    using token = await server.logOn('alice')
    const luid = server.win32.lookupPrivilegeValue('SeChangeNotifyPrivilege')
    const { SE_PRIVILEGE_REMOVED } = privilegeAttribute
    server.win32.adjustTokenPrivileges(token, [{ luid, attributes: SE_PRIVILEGE_REMOVED }])
    await expect(
      server.win32.getFileAttributes({ path: 'C:\\Closed\\open.txt', impersonate: token }),
    ).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
  })
})
