export { describeDifference } from './difference.ts'
export { explain, type ExplainOptions } from './explain.ts'
export { sidName, type SidNames } from './sid-names.ts'
