// The accounts of the lane for create.sh, a line for each: `user NAME STATE PASSWORD`, `principal NAME FLAGS PASSWORD`,
// and `service NAME WHERE PASSWORD`, with tabs between them.
import { accounts, services } from '../lsa-shim/accounts.mjs'

/** @param {readonly string[]} fields */
function print(...fields) {
  process.stdout.write(`${fields.join('\t')}\n`)
}

for (const { user, state = 'usable', password, principal } of Object.values(accounts)) {
  print('user', user, state, password)
  if (principal !== undefined) print('principal', user, principal, password)
}
for (const [where, { name, password }] of Object.entries(services)) print('service', name, where, password)
