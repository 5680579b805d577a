/*
 * Constants of their own rather than the members of one: a bundler puts their values where they are used.
 */

export const space = 0x20
export const quote = 0x22
export const hash = 0x23
export const openParenthesis = 0x28
export const closeParenthesis = 0x29
export const plus = 0x2b
export const comma = 0x2c
export const minus = 0x2d
export const zero = 0x30
export const colon = 0x3a
export const semicolon = 0x3b
