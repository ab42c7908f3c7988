/** What a language server finds wrong with a cell, for a person. Pure. */

import { words } from "../lib/i18n"
import { offsetOf, type Position } from "./notebookSync"

export const LEVELS = ["syntax", "types", "none"] as const
export type Level = (typeof LEVELS)[number]

export type Problem = Readonly<{ from: number; to: number; isError: boolean; message: string; unknownName?: string }>
/** Of one cell, when it had this text. */
export type Checked = Readonly<{ text: string; problems: readonly Problem[] }>

/** As the Language Server Protocol has it. */
export type Diagnostic = Readonly<{
  range: Readonly<{ start: Position; end: Position }>
  severity?: number
  code?: number | string
  message: string
}>

const ERROR = 1
const LEAST_SEVERE = 2 // hints and information are no problems
const UNKNOWN_NAME = "unresolved-reference"
export const UNKNOWN_MODULE = "import-not-found"

/** Names that IPython brings along, and the server does not know. */
const IPYTHON = /^(?:In|Out|display|get_ipython|exit|quit|_+|_i+|_[di]?h|_i?\d+|__(?:vsc_ipynb_file|session)__)$/

export function readProblems(text: string, diagnostics: readonly Diagnostic[]): Problem[] {
  return diagnostics.flatMap((found) => readProblem(text, found) ?? [])
}

function readProblem(text: string, { range, severity = ERROR, code, message }: Diagnostic): Problem | undefined {
  if (severity > LEAST_SEVERE) return undefined
  const from = offsetOf(text, range.start)
  const to = Math.max(from, offsetOf(text, range.end))
  const marked = text.slice(from, to)
  const problem = { from, to, isError: severity === ERROR }
  if (code === UNKNOWN_MODULE) return { ...problem, message: words.diagnostics.noModule(marked) }
  if (code !== UNKNOWN_NAME) return { ...problem, message: firstParagraph(message) }
  if (IPYTHON.test(marked)) return undefined
  return { ...problem, message: words.diagnostics.noName(marked), unknownName: marked }
}

/** What follows it is about the server's own settings. */
function firstParagraph(message: string): string {
  return message.split("\n\ninfo:")[0] ?? message
}

/** The server's rules for a level. What runs may define names and bring modules: what is not known is no error. */
export function rulesOf(level: Level): Record<string, "ignore" | "warn"> {
  const always = { [UNKNOWN_NAME]: "warn", [UNKNOWN_MODULE]: "warn" } as const
  return level === "types" ? always : { all: "ignore", ...always }
}
