/** Node's error for an argument of the wrong type. */
export function invalidType(name: string, expected: string, value: unknown): TypeError {
  const received = value === null ? 'null' : typeof value
  return withCode(new TypeError(`"${name}" must be ${expected}. Received ${received}`), 'ERR_INVALID_ARG_TYPE')
}

/** Node's error for an argument of the right type and a wrong value. */
export function invalidValue(name: string, expected: string): TypeError {
  return withCode(new TypeError(`"${name}" must ${expected}`), 'ERR_INVALID_ARG_VALUE')
}

function withCode(error: TypeError, code: string): TypeError {
  return Object.assign(error, { code })
}
