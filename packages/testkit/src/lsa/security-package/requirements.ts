import { acceptRequirement, initializeRequirement } from '@asuser/native'

/** What the contexts of clients of every package have where it is asked for. */
export const clientRequirements: number =
  initializeRequirement.ISC_REQ_REPLAY_DETECT |
  initializeRequirement.ISC_REQ_SEQUENCE_DETECT |
  initializeRequirement.ISC_REQ_CONFIDENTIALITY |
  initializeRequirement.ISC_REQ_CONNECTION |
  initializeRequirement.ISC_REQ_INTEGRITY |
  initializeRequirement.ISC_REQ_IDENTIFY

/** The same of servers. */
export const serverRequirements: number =
  acceptRequirement.ASC_REQ_REPLAY_DETECT |
  acceptRequirement.ASC_REQ_SEQUENCE_DETECT |
  acceptRequirement.ASC_REQ_CONFIDENTIALITY |
  acceptRequirement.ASC_REQ_CONNECTION |
  acceptRequirement.ASC_REQ_INTEGRITY
