import { describe, expect, it } from 'vitest'
import { createWindows } from '../../windows.ts'
import { ServicePrincipalNames } from './service-principal-names.ts'

const realm = 'CORP.EXAMPLE.COM'

function namesOf(...servicePrincipalNames: readonly string[]): ServicePrincipalNames<{
  readonly servicePrincipalNames: readonly string[]
}> {
  const names = new ServicePrincipalNames<{ readonly servicePrincipalNames: readonly string[] }>()
  names.add({ servicePrincipalNames })
  return names
}

describe('service principal names', () => {
  it.each([
    ['HTTP/web.example.com', 'http/WEB.example.com'],
    ['HTTP/web.example.com', 'HTTP/web.example.com@CORP.EXAMPLE.COM'],
    ['MSSQLSvc/sql.example.com:1433', 'mssqlsvc/sql.example.com:1433'],
    ['ldap/dc.example.com/example.com', 'ldap/dc.example.com/example.com'],
    ['HOST/web', 'http/web'],
    ['HOST/web', 'CIFS/web'],
  ])('%s is found as %s', (name, asked) => {
    expect(namesOf(name).find(asked, realm)).toBeDefined()
  })

  it.each([
    ['HTTP/web.example.com', 'HTTP/web'],
    ['HTTP/web', 'HTTP/web:80'],
    ['HTTP/web', 'HOST/web'],
    ['HOST/web', 'ldap/web'],
    ['HTTP/web', 'HTTP/web@EXAMPLE.COM'],
    ['HTTP/web', 'HTTP/'],
    ['HTTP/web', ''],
  ])('%s is not found as %j', (name, asked) => {
    expect(namesOf(name).find(asked, realm)).toBeUndefined()
  })

  it('of an account come before what HOST stands for', () => {
    const names = namesOf('HOST/web')
    const own = { servicePrincipalNames: ['HTTP/web'] }
    names.add(own)
    expect(names.find('http/web', realm)).toBe(own)
    expect(names.find('cifs/web', realm)).not.toBe(own)
  })

  it.each([['web'], ['HTTP/'], ['/web'], ['HTTP/web/example/more'], ['HTTP/web@CORP'], ['HTTP/a b'], ['']])(
    '%j is none',
    (name) => {
      expect(() => namesOf(name)).toThrow(RangeError)
    },
  )

  it('are each of one account', () => {
    const user = { servicePrincipalNames: ['HTTP/web'] }
    const domain = { name: 'CORP', dnsName: 'corp.example.com' }
    expect(() => createWindows({ domain: { ...domain, users: { web: user, other: user } } })).toThrow(RangeError)
    const computer = { servicePrincipalNames: ['host/simulated'] }
    expect(() => createWindows({ domain: { ...domain, computer } })).toThrow(RangeError)
  })
})
