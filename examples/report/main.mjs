// The program that a client is given to run where programs are files.
import { getWin32 } from '@asuser/native'
import { reportIdentity } from './report-identity.mjs'

process.exitCode = await reportIdentity({ stdin: process.stdin, stdout: process.stdout, win32: getWin32() })
