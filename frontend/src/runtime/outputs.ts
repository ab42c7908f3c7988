/**
 * What a run printed, as a list of outputs, and the five operations that change it (docs/protocol.md §3).
 *
 * Mirrors runtimes/execution/outputs.py; both are held to tests/messages/operations.json.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type MimeBundle = Readonly<Record<string, Json>>

/** A part too big for a socket, fetched by its digest. */
export type BlobReference = Readonly<{ sha256: string; size: number; encoding: "text" | "json" }>

/** What a trimmed stream does not show: so much, of which `tail` is the end. */
export type HiddenText = Readonly<{ bytes: number; lines: number; tail: string }>

export type StreamOutput = Readonly<{
  output_type: "stream"
  name: string
  text: string
  hidden?: HiddenText
}>

export type DisplayOutput = Readonly<{
  output_type: "display_data" | "execute_result"
  data: MimeBundle
  metadata: Readonly<Record<string, Json>>
  execution_count?: number | null
  transient?: Readonly<Record<string, Json>>
  blobs?: Readonly<Record<string, BlobReference>>
}>

export type ErrorOutput = Readonly<{
  output_type: "error"
  ename: string
  evalue: string
  traceback: readonly string[]
  blobs?: Readonly<Record<string, BlobReference>>
}>

export type Output = StreamOutput | DisplayOutput | ErrorOutput

export type Operation =
  | { op: "add"; output: Output }
  | { op: "text"; index: number; text: string }
  | { op: "replace"; index: number; output: Output }
  | { op: "clear"; wait: boolean }
  | ({ op: "hidden"; index: number } & HiddenText)

/** The outputs so far; `clearing` when the next output takes the place of all of them. */
export type OutputList = Readonly<{ outputs: readonly Output[]; clearing: boolean }>

export const NO_OUTPUTS: OutputList = { outputs: [], clearing: false }

/** The list after `operation`. What did not change is shared with the list passed in. */
export function applyOperation(list: OutputList, operation: Operation): OutputList {
  switch (operation.op) {
    case "add": {
      const before = list.clearing ? [] : list.outputs
      return { outputs: [...before, settled(operation.output)], clearing: false }
    }
    case "clear":
      return operation.wait ? { ...list, clearing: true } : NO_OUTPUTS
    case "replace":
      return changed(list, operation.index, () => settled(operation.output))
    case "text":
      return changedStream(list, operation.index, (stream) => ({
        ...stream,
        text: appendText(stream.text, operation.text),
      }))
    case "hidden": {
      const { bytes, lines, tail } = operation
      return changedStream(list, operation.index, (stream) => ({ ...stream, hidden: { bytes, lines, tail } }))
    }
    default:
      return list // an operation of a newer platform
  }
}

export function applyOperations(list: OutputList, operations: readonly Operation[]): OutputList {
  return operations.reduce(applyOperation, list)
}

/** An operation on an output that is not there changes nothing: a page must survive a bad log. */
function changed(list: OutputList, index: number, change: (output: Output) => Output): OutputList {
  const old = list.outputs[index]
  if (old === undefined) return list
  return { ...list, outputs: list.outputs.with(index, change(old)) }
}

function changedStream(list: OutputList, index: number, change: (stream: StreamOutput) => Output): OutputList {
  return changed(list, index, (output) => (output.output_type === "stream" ? change(output) : output))
}

function settled(output: Output): Output {
  return output.output_type === "stream" ? { ...output, text: appendText("", output.text) } : output
}

/**
 * Append to a terminal's text: `\r` moves to the start of the last line, `\b` one character back, text overwrites.
 *
 * Text keeps where its cursor is: when that is not its end, a `\r` or some `\b` remain at the end and say so.
 * So appending piece by piece gives what appending all at once gives, whoever stored the text in between.
 */
export function appendText(text: string, more: string): string {
  if (!/[\r\b]/.test(more) && !/[\r\b]$/.test(text)) return text + more

  const lineStart = text.lastIndexOf("\n") + 1
  return text.slice(0, lineStart) + settledLines(text.slice(lineStart) + more)
}

/** The same text without the marks of its cursor, to be shown. */
export function shownText(text: string): string {
  return appendText("", text).replace(/[\r\b]+$/, "")
}

function settledLines(text: string): string {
  const lines = text.split("\n").map((line) => new TerminalLine(line))
  return lines.map((line, number) => (number < lines.length - 1 ? line.text : line.text + line.cursorMark)).join("\n")
}

/** One line with a cursor, counted in code points as Python counts them. */
class TerminalLine {
  private readonly characters: string[] = []
  private cursor = 0

  constructor(written: string) {
    for (const character of written) this.write(character)
  }

  get text(): string {
    return this.characters.join("")
  }

  get cursorMark(): string {
    const after = this.characters.length - this.cursor
    return after > 0 && this.cursor === 0 ? "\r" : "\b".repeat(after)
  }

  private write(character: string): void {
    if (character === "\r") this.cursor = 0
    else if (character === "\b") this.cursor = Math.max(0, this.cursor - 1)
    else this.characters[this.cursor++] = character
  }
}
