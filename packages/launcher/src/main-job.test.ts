import { describeMainJob } from '../test/main-job.suite.ts'
import { password, startServer } from '../test/simulated-server.ts'

describeMainJob('the simulated Windows', () => {
  const { windows, win32 } = startServer({ trackHandles: true })
  return {
    win32,
    clients: [
      { user: 'TEST\\alice', password },
      { user: 'bob', domain: 'TEST', password: new TextEncoder().encode(password) },
    ],
    copy: { command: 'C:\\Tools\\copy.exe', args: [] },
    close: () => windows.assertNoLeaks(),
  }
})
