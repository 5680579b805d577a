import type { HandleApi } from '@asuser/native'
import type { Caller } from './caller.ts'

export function createHandleApi(caller: Caller): HandleApi {
  return {
    countOpenHandles: () => caller.handles.size,
  }
}
