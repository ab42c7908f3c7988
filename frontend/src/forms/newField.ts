/** The line of source that a new form field is. Pure. */

import { writeString } from "./literals"

export const KINDS = ["text", "choice", "integer", "number", "slider", "boolean", "date", "raw", "markdown"] as const
export type NewKind = (typeof KINDS)[number]

export type NewField = Readonly<{
  kind: NewKind
  name: string
  /** One choice a line; of a text, what it says. */
  text: string
  allowsInput: boolean
  min: number
  max: number
  step: number
}>

/** What Python takes as a name. */
export function isName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !KEYWORDS.has(name)
}

export function fieldLine({ kind, name, text, allowsInput, min, max, step }: NewField, today: string): string {
  switch (kind) {
    case "markdown":
      return text
        .split("\n")
        .map((line) => `#@markdown ${line}`)
        .join("\n")
    case "choice": {
      const choices = choicesIn(text)
      const input = allowsInput ? " {allow-input: true}" : ""
      return `${name} = ${writeString(choices[0] ?? "")} #@param [${choices.map(writeString).join(", ")}]${input}`
    }
    case "slider":
      return `${name} = ${String(min)} #@param {type:"slider", min:${String(min)}, max:${String(max)}, step:${String(step)}}`
    default:
      return `${name} = ${FIRST[kind] ?? writeString(today)} #@param {type:"${kind === "text" ? "string" : kind}"}`
  }
}

export function choicesIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
}

const FIRST: Readonly<Partial<Record<NewKind, string>>> = {
  text: '""',
  integer: "0",
  number: "0.0",
  boolean: "False",
  raw: "None",
}

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global " +
    "if import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
)
