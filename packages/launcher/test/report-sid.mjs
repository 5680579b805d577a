import { ownSid } from './own-sid.mjs'

process.stdout.write(ownSid())
