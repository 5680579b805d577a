import { fileURLToPath } from 'node:url'

/** The report as this node.exe running a script. */
export function reportProgram() {
  return { command: process.execPath, args: [fileURLToPath(new URL('../report/main.mjs', import.meta.url))] }
}
