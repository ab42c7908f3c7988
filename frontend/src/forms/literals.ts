/** Python's plain values as forms read and write them. Pure. */

const STRING = /^(?:"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')$/
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "0": "\0",
}
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g

/** The text of a string literal; undefined when `code` is none (an f-string, a sum, a name). */
export function readString(code: string): string | undefined {
  if (!STRING.test(code)) return undefined
  return code.slice(1, -1).replace(ESCAPE, (whole, two?: string, four?: string, eight?: string, sign?: string) => {
    const point = two ?? four ?? eight
    if (point !== undefined) return parseInt(point, 16) > 0x10ffff ? whole : String.fromCodePoint(parseInt(point, 16))
    if (sign === "\n") return ""
    return sign === undefined ? whole : (ESCAPES[sign] ?? ("\"\\'".includes(sign) ? sign : whole))
  })
}

/** JSON's way of writing a string is Python's as well. */
export function writeString(text: string): string {
  return JSON.stringify(text)
}
