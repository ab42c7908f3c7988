/** The notebook as a script that Python runs: File ▸ Download .py. */

import { writeScript } from "./clipboard"
import type { CellContent } from "./document"

/** What only IPython understands: `%magic`, `!command`, `?help`, and the results of the first two by name. */
const OF_IPYTHON = /^(\s*)(?:[\w, ]+=\s*)?(?:!|%[a-zA-Z]|\?{1,2}[\w.]|[\w.]+\?{1,2}\s*$)/

/**
 * Code as it is, with a comment in place of each line that is no Python, as Colab does; other cells are comments.
 *
 * No text of a cell that is not code becomes code: Python ends a line also where a lone carriage return stands.
 */
export function writePython(cells: readonly CellContent[]): string {
  return `${writeScript(cells.map((cell) => ({ ...cell, source: pythonOnly(cell) })))}\n`
}

function pythonOnly({ type, source }: CellContent): string {
  const lines = source.split(/\r\n?|\n/)
  if (type !== "code") return lines.join("\n")
  if (/^\s*%%[a-zA-Z!]/.test(lines.find((line) => line.trim()) ?? ""))
    return lines.map((line) => `# ${line}`.trimEnd()).join("\n")
  return lines.map((line) => (OF_IPYTHON.test(line) ? commented(line) : line)).join("\n")
}

/** A block keeps a statement in place of one that is taken out. */
function commented(line: string): string {
  const indent = /^\s*/.exec(line)?.[0] ?? ""
  const rest = line.slice(indent.length)
  return indent ? `${indent}pass  # ${rest}` : `# ${rest}`
}
