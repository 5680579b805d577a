// The accounts of the lane for create.sh: name, state and password, each in a line of its own.
import { accounts } from '../lsa-shim/accounts.mjs'

for (const { user, state = 'usable', password } of Object.values(accounts)) {
  process.stdout.write(`${user}\n${state}\n${password}\n`)
}
