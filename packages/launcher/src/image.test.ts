import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Token } from '@asuser/tokens'
import { startServer, type SimulatedServer } from '../test/simulated-server.ts'
import { resolveImage } from './image.ts'

const environment = [
  'PATH=relative\\bin;;"C:\\Quoted Dir";C:\\Hidden;C:\\Tools;C:\\Windows\\System32',
  'PATHEXT=.BAT;.EXE;.COM;.JS',
]

let server: SimulatedServer
let token: Token

beforeEach(async () => {
  server = startServer({
    programs: {
      'C:\\Quoted Dir\\quoted.exe': () => 0,
      'C:\\Tools\\both.com': () => 0,
      'C:\\Tools\\both.exe': () => 0,
      'C:\\Tools\\tool.v2': () => 0,
      'C:\\Tools\\only.com': () => 0,
      'C:\\Hidden\\hidden.exe': { main: () => 0 },
      'C:\\Windows\\System32\\relative\\bin\\planted.exe': () => 0,
      'C:\\Work\\sub\\here.exe': () => 0,
    },
    files: {
      'C:\\Hidden': { directory: true, sddl: 'O:SYG:SYD:P(A;OICI;FA;;;SY)' },
      'C:\\Tools\\script.bat': {},
      'C:\\Tools\\folder.exe': { directory: true },
    },
  })
  token = await server.logOn('alice')
})

afterEach(() => token.close())

function resolve(command: string, block: readonly string[] = environment): Promise<string> {
  return resolveImage({ win32: server.win32, token, command, environment: block, workingDirectory: 'C:\\Work' })
}

describe('resolveImage', () => {
  it.each([
    ['whoami', 'C:\\Windows\\System32\\whoami.exe'],
    ['whoami.exe', 'C:\\Windows\\System32\\whoami.exe'],
    ['WHOAMI', 'C:\\Windows\\System32\\WHOAMI.exe'],
    ['quoted', 'C:\\Quoted Dir\\quoted.exe'],
    // In the order of PATHEXT.
    ['both', 'C:\\Tools\\both.exe'],
    ['only', 'C:\\Tools\\only.com'],
    ['tool.v2', 'C:\\Tools\\tool.v2'],
    ['C:/Tools/../Tools/both', 'C:\\Tools\\both.exe'],
    ['C:\\Tools\\both.com', 'C:\\Tools\\both.com'],
    ['sub\\here', 'C:\\Work\\sub\\here.exe'],
    ['.\\sub\\here.exe', 'C:\\Work\\sub\\here.exe'],
    // Whether it is there is for the launch to find out.
    ['C:\\Tools\\missing.exe', 'C:\\Tools\\missing.exe'],
  ])('finds %s at %s', async (command, image) => {
    await expect(resolve(command)).resolves.toBe(image)
  })

  it.each([
    ['missing', 'ERROR_FILE_NOT_FOUND'],
    // Only executables are looked for, whatever PATHEXT says.
    ['script', 'ERROR_FILE_NOT_FOUND'],
    ['folder', 'ERROR_FILE_NOT_FOUND'],
    // The place where the server stands is never searched, nor a relative entry of PATH from there.
    ['planted', 'ERROR_FILE_NOT_FOUND'],
    ['here', 'ERROR_FILE_NOT_FOUND'],
    ['C:\\Tools\\missing', 'ERROR_FILE_NOT_FOUND'],
    ['C:here.exe', 'ERROR_BAD_PATHNAME'],
    ['C:\\Tools\\both.exe:stream.exe', 'ERROR_BAD_PATHNAME'],
    ['\\\\.\\C:\\Tools\\both.exe', 'ERROR_BAD_PATHNAME'],
  ])('fails for %s with %s', async (command, code) => {
    await expect(resolve(command)).rejects.toMatchObject({ code })
  })

  it('looks with the eyes of the client', async () => {
    await expect(resolve('hidden')).rejects.toMatchObject({ code: 'ERROR_ACCESS_DENIED' })
  })

  it('finds nothing by name when the environment has no PATH', async () => {
    await expect(resolve('whoami', [])).rejects.toMatchObject({ code: 'ERROR_FILE_NOT_FOUND' })
    await expect(resolve('C:\\Tools\\only', [])).resolves.toBe('C:\\Tools\\only.com')
  })
})
