import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { HandleKind } from './api/handle.ts'
import { collectGarbage } from './fixtures/collect-garbage.ts'
import { createHandleObjects, type HandleKey, type HandleKeys } from './open-handle.ts'

/** Keys as the addon has them, but for their kind: that of all is `token`. */
class Keys implements HandleKeys {
  readonly open = new Set<HandleKey>()

  create(): HandleKey {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the addon can make a real one
    const key = {} as HandleKey
    this.open.add(key)
    return key
  }

  kindOfHandle(): HandleKind {
    return 'token'
  }

  isHandleOpen(key: HandleKey): boolean {
    return this.open.has(key)
  }

  closeHandle(key: HandleKey): boolean {
    return this.open.delete(key)
  }
}

function setUp() {
  const keys = new Keys()
  const warn = vi.fn<(kind: HandleKind) => void>()
  return { keys, warn, objects: createHandleObjects(keys, warn, 1) }
}

async function collectUntil(isDone: () => boolean): Promise<void> {
  for (let round = 0; round < 100 && !isDone(); round++) {
    collectGarbage()
    await setTimeout(10)
  }
  expect(isDone()).toBe(true)
}

describe('createHandle', () => {
  it('makes a handle that is open until it is closed, twice without harm', () => {
    const { keys, objects } = setUp()
    const handle = objects.createHandle(keys.create())
    expect(handle).toMatchObject({ kind: 'token', closed: false })
    handle.close()
    handle.close()
    expect(handle).toMatchObject({ kind: 'token', closed: true })
    expect(keys.open).toHaveLength(0)
  })

  it('makes a handle that is closed when the addon has taken it', () => {
    const { keys, objects } = setUp()
    const key = keys.create()
    const handle = objects.createHandle(key)
    keys.closeHandle(key)
    expect(handle.closed).toBe(true)
  })

  it('gives nobody else a way to make one', () => {
    const { keys, objects } = setUp()
    for (const create of [objects.createHandle, objects.createPseudoHandle, objects.createStreamHandle]) {
      const made = create(keys.create())
      const { constructor } = made
      expect(() => Reflect.construct(constructor, [])).toThrow(TypeError)
      expect(() => Reflect.construct(constructor, [keys.create(), Symbol('made by the addon')])).toThrow(TypeError)
      expect(() => Reflect.construct(constructor, [keys.create()], Array)).toThrow(TypeError)
    }
  })

  it('makes handles whose methods refuse another receiver', () => {
    const { keys, objects } = setUp()
    const handle = objects.createHandle(keys.create())
    const kind = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(handle), 'kind')?.get
    for (const receiver of [undefined, null, 1, {}, Object.create(handle), objects.createPseudoHandle(keys.create())]) {
      expect(() => Reflect.apply(handle.close, receiver, [])).toThrow(
        expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_THIS' }),
      )
      expect(() => kind?.call(receiver)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_THIS' }))
    }
    expect(handle.closed).toBe(false)
  })

  it('closes what is forgotten, and warns of it alone', async () => {
    const { keys, warn, objects } = setUp()
    const open = () => objects.createHandle(keys.create())
    const kept = open()
    const forget = () => {
      open()
      open().close()
      const taken = keys.create()
      objects.createHandle(taken)
      keys.closeHandle(taken)
      objects.createPseudoHandle(keys.create())
      objects.createStreamHandle(keys.create())
    }
    forget()
    await collectUntil(() => keys.open.size === 1)
    expect(kept.closed).toBe(false)
    expect(warn.mock.calls).toEqual([['token']])
  })

  it('closes what is forgotten, whichever others are closed, soon or later', async () => {
    const { keys, warn, objects } = setUp()
    const forgetSome = async () => {
      const handles = Array.from({ length: 12 }, () => objects.createHandle(keys.create()))
      // The first, the last, and some between; then some of those that are registered.
      for (const index of [0, 11, 5, 6]) handles[index]?.close()
      await setTimeout(20)
      for (const index of [1, 10]) handles[index]?.close()
      const closed = [...handles.keys()].filter((index) => handles[index]?.closed)
      expect(closed).toEqual([0, 1, 5, 6, 10, 11])
      expect(keys.open).toHaveLength(6)
    }
    await forgetSome()
    await collectUntil(() => keys.open.size === 0)
    expect(warn).toHaveBeenCalledTimes(6)
  })

  it('closes what is forgotten while a test has replaced the timers', async () => {
    const { keys, warn, objects } = setUp()
    const forget = () => {
      objects.createHandle(keys.create())
    }
    vi.useFakeTimers()
    forget()
    vi.useRealTimers()
    forget()
    await collectUntil(() => keys.open.size === 0)
    expect(warn).toHaveBeenCalledTimes(2)
  })

  it('keeps no handle that was closed soon', async () => {
    const { keys, objects } = setUp()
    const collected = vi.fn()
    const registry = new FinalizationRegistry(collected)
    const openAndClose = () => {
      for (let count = 0; count < 3; count++) {
        const handle = objects.createHandle(keys.create())
        registry.register(handle, count)
        handle.close()
      }
    }
    const kept = objects.createHandle(keys.create())
    openAndClose()
    await collectUntil(() => collected.mock.calls.length === 3)
    expect(kept.closed).toBe(false)
  })
})

describe.each([
  { name: 'createPseudoHandle', mark: 'pseudo' },
  { name: 'createStreamHandle', mark: 'ofStream' },
] as const)('$name', ({ name, mark }) => {
  it('makes an object that says what it is and has nothing to close', () => {
    const { keys, objects } = setUp()
    const handle = objects[name](keys.create())
    expect({ ...handle }).toEqual({ kind: 'token', [mark]: true })
    expect(handle).not.toHaveProperty('close')
    expect(Object.isFrozen(handle)).toBe(true)
  })
})

describe('keyOf', () => {
  it('gives the key of a handle, open or closed, of a pseudo handle and of that of a stream', () => {
    const { keys, objects } = setUp()
    const [key, lent, ofStream] = [keys.create(), keys.create(), keys.create()]
    const handle = objects.createHandle(key)
    expect(objects.keyOf(handle)).toBe(key)
    handle.close()
    expect(objects.keyOf(handle)).toBe(key)
    expect(objects.keyOf(objects.createPseudoHandle(lent))).toBe(lent)
    expect(objects.keyOf(objects.createStreamHandle(ofStream))).toBe(ofStream)
  })

  it('gives none of anything else', () => {
    const { keys, objects } = setUp()
    const handle = objects.createHandle(keys.create())
    const other = setUp()
    const likenesses: unknown[] = [
      undefined,
      null,
      0,
      4n,
      'token',
      Symbol('token'),
      {},
      [],
      () => {},
      { kind: 'token', closed: false },
      { ...handle },
      Object.create(handle),
      new Proxy(handle, {}),
      structuredClone({ ...handle }),
      other.objects.createHandle(other.keys.create()),
    ]
    expect(likenesses.map((likeness) => objects.keyOf(likeness))).toEqual(likenesses.map(() => undefined))
  })
})
