/**
 * What an example runs on.
 *
 * @typedef {object} Stage
 * @property {string} description
 * @property {{ user: string, domain: string, password: string }} client who the process is started as
 * @property {{ command: string, args: string[] }} report a program that says who it is, after reading its standard input to the end
 * @property {() => void} close
 */

/** @returns {Promise<Stage>} */
export async function openStage() {
  if (process.env['ASUSER_LANE'] === 'wine') return (await import('./wine.mjs')).openWineStage()
  if (process.platform === 'win32') return (await import('./windows.mjs')).openWindowsStage()
  return (await import('./simulated.mjs')).openSimulatedStage()
}
