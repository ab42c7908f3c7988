/** A traceback as Jupyter sends it, an entry a frame: which frames are of libraries, and which of a cell's lines. */

export type TracePart =
  /** Anything that is no frame of a cell, or that is seen whatever it is. */
  | Readonly<{ kind: "text"; text: string }>
  /** A line of the cell that ran as number `count`: `label` names it, `rest` ends its line. */
  | Readonly<{ kind: "cell"; label: string; rest: string; count: number; line: number; text: string }>
  /** Frames of libraries, one below the other. */
  | Readonly<{ kind: "library"; texts: readonly string[] }>

const ESC = "\\u001b"
const COLOURS = new RegExp(`${ESC}\\[[0-9;:]*m`, "g")
const CELL = /^(Cell In ?\[(\d+)\], line (\d+))(.*)$/
const FRAME = /^File .+/
const LIBRARY = /^File .*(?:\/(?:site|dist)-packages\/|\/lib\/python\d|<frozen |[^/~].*\.p(?:yx|xi):\d)/
const FRAMES_SKIPPED = /^\[\.\.\. skipping .*frames?\]$/

export function withoutColours(text: string): string {
  return text.replace(COLOURS, "")
}

/** The parts of a traceback. Where the error arose is seen whoever's code it is: only the way there is folded. */
export function readTraceback(entries: readonly string[]): readonly TracePart[] {
  const parts: TracePart[] = []
  for (const [at, entry] of entries.entries()) {
    const last = parts.at(-1)
    if (!isLibrary(entry) || !leadsOn(entries, at)) parts.push(readEntry(entry))
    else if (last?.kind === "library") parts[parts.length - 1] = { ...last, texts: [...last.texts, entry] }
    else parts.push({ kind: "library", texts: [entry] })
  }
  return parts
}

function readEntry(entry: string): TracePart {
  const [first = "", ...others] = entry.split("\n")
  const found = CELL.exec(withoutColours(first).trim())
  if (!found) return { kind: "text", text: entry }
  const [, label = "", count, line, rest = ""] = found
  return { kind: "cell", label, rest, count: Number(count), line: Number(line), text: others.join("\n") }
}

function isLibrary(entry: string): boolean {
  return LIBRARY.test(firstLine(entry)) || FRAMES_SKIPPED.test(firstLine(entry))
}

/** Whether another frame follows: what comes last is where the error arose. */
function leadsOn(entries: readonly string[], at: number): boolean {
  const next = entries[at + 1]
  if (next === undefined) return false
  const first = firstLine(next)
  return FRAME.test(first) || CELL.test(first) || FRAMES_SKIPPED.test(first)
}

function firstLine(entry: string): string {
  return withoutColours(entry.slice(0, 2_000).trimStart().split("\n", 1)[0] ?? "").trim()
}
