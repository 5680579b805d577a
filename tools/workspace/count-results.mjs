// Adds up what the suites of all lanes wrote into build/results and prints it as one line.
import { readdirSync, readFileSync } from 'node:fs'

const folder = 'build/results'
const results = readdirSync(folder).map((name) => ({ name, ...JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) }))
for (const { name, numPassedTests, numFailedTests, numPendingTests } of results) {
  console.log(
    `${name}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} pending with their reason`,
  )
}
const passed = sum((result) => result.numPassedTests)
// A suite that broke before its first test has no failed test, but failed all the same.
const failed = sum((result) => Math.max(result.numFailedTests, result.success ? 0 : 1))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

function sum(count) {
  return results.reduce((total, result) => total + count(result), 0)
}
