import type { HandleApi } from '@asuser/native'
import type { Caller } from './caller.ts'

export function createHandleApi(caller: Caller): HandleApi {
  return {
    countOpenHandles: () => caller.handles.size,

    duplicateHandle(handle) {
      const { object, granted } = caller.handles.lookUpForNow(handle, handle.kind)
      return caller.handles.open(handle.kind, object, granted)
    },
  }
}
