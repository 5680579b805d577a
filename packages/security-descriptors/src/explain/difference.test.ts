import { describe, expect, test } from 'vitest'

import type { Ace } from '../ace.ts'
import { plainAce, unknownAce } from '../ace-creation.ts'
import { Acl } from '../acl.ts'
import { describeDifference } from './difference.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import { Sid } from '../sid.ts'

describe('describeDifference', () => {
  test.each<[string, string, readonly string[]]>([
    ['O:BAD:(A;;FA;;;BA)', 'O:BAD:(A;;FA;;;BA)', []],
    ['O:BA', 'O:SY', ['- owner BA', '+ owner SY']],
    ['O:BA', 'G:SY', ['- owner BA', '+ group SY']],
    ['D:(A;;FA;;;BA)(A;;FA;;;BA)', 'D:(A;;FA;;;BA)', ['- DACL (A;;FA;;;BA)']],
    ['D:(A;;FA;;;BA)', 'D:(A;;FA;;;BA)(D;;FR;;;BG)', ['+ DACL (D;;FR;;;BG)']],
    ['D:(A;;FA;;;BA)(A;;FR;;;BU)', 'D:(A;;FR;;;BU)(A;;FA;;;BA)', ['~ DACL has its ACEs in another order']],
    [
      'D:(D;;FA;;;BU)(A;;FA;;;WD)',
      'D:(A;;FA;;;WD)(D;;FA;;;BU)(A;;FR;;;BG)',
      ['+ DACL (A;;FR;;;BG)', '~ DACL has its ACEs in another order'],
    ],
    [
      'D:(A;;FA;;;BA)(D;;FA;;;BG)(A;;FA;;;BU)(A;;FA;;;BA)',
      'D:(A;;FA;;;BA)(A;;FA;;;BU)(A;;FR;;;WD)',
      ['- DACL (D;;FA;;;BG)', '- DACL (A;;FA;;;BA)', '+ DACL (A;;FR;;;WD)'],
    ],
    ['D:', 'D:NO_ACCESS_CONTROL', ['- DACL is present', '+ DACL is NULL']],
    ['', 'D:(A;;FA;;;BA)', ['- DACL is absent', '+ DACL is present', '+ DACL (A;;FA;;;BA)']],
    ['D:', 'D:P', ['+ control DACL_PROTECTED']],
    ['S:AI', 'S:', ['- control SACL_AUTO_INHERITED']],
  ])('between %j and %j', (before, after, lines) => {
    expect(describeDifference(SecurityDescriptor.fromSddl(before), SecurityDescriptor.fromSddl(after))).toEqual(lines)
  })

  test('names ACEs that SDDL cannot say, and differences that have no other name', () => {
    const before = SecurityDescriptor.from({ dacl: Acl.from([]), resourceManagerControl: 1 })
    const unknown = SecurityDescriptor.from({ dacl: Acl.from([unknownAce(0x99, 0, new Uint8Array(0))]) })
    expect(describeDifference(before, unknown)).toEqual([
      '+ DACL (type 0x99, which SDDL cannot say)',
      '- resource manager control 1',
      '+ resource manager control 0',
    ])
    const revised = before.with({ dacl: Acl.from([], { revision: 4 }) })
    expect(describeDifference(before, revised)).toEqual(['~ DACL differs in its header or unused bytes'])
  })

  test('shows the bytes of ACEs that differ in nothing else', () => {
    const withAce = (ace: Ace): SecurityDescriptor => SecurityDescriptor.from({ dacl: Acl.from([ace]) })
    expect(
      describeDifference(
        withAce(unknownAce(0x99, 0, new Uint8Array(4))),
        withAce(unknownAce(0x99, 0, Uint8Array.of(1, 2, 3, 4))),
      ),
    ).toEqual([
      '- DACL (type 0x99, which SDDL cannot say), in bytes 9900080000000000',
      '+ DACL (type 0x99, which SDDL cannot say), in bytes 9900080001020304',
    ])
    const everyone = Sid.wellKnown('World')
    const plain = plainAce('accessAllowed', 0, 1, everyone)
    expect(
      describeDifference(withAce(plain), withAce(plainAce('accessAllowed', 0, 1, everyone, new Uint8Array(4)))),
    ).toEqual([
      '- DACL (A;;CC;;;WD), in bytes 0000140001000000010100000000000100000000',
      '+ DACL (A;;CC;;;WD), in bytes 000018000100000001010000000000010000000000000000',
    ])
  })
})
