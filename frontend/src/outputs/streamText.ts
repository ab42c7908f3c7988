/**
 * A terminal's text in the page: appended to in place, in blocks that the browser may leave undrawn, never without end.
 *
 * Finished lines are parsed once and never touched again; only the last line, which a progress bar rewrites, is made
 * anew. Beyond `SHOWN_LINES` the oldest blocks go, and `hiddenLines` says how many lines went with them.
 */

import { shownText } from "../runtime/outputs"
import { AnsiParser, pieceNode } from "./ansi"

export const SHOWN_LINES = 10_000
export const SHOWN_CHARACTERS = 2_000_000
const BLOCK_LINES = 200
const BLOCK_CHARACTERS = 40_000
const LINE_CHARACTERS = 20_000

type Block = { element: HTMLElement; lines: number; characters: number }

export class StreamText {
  readonly element = document.createElement("div")
  hiddenLines = 0

  private finished = ""
  private parser = new AnsiParser()
  private blocks: Block[] = []
  private characters = 0
  private lines = 0
  private readonly lastLine = document.createElement("div")

  constructor() {
    this.element.className = "stream-text"
    this.lastLine.className = "stream-last"
    this.element.append(this.lastLine)
  }

  /** Show `text`; what of it is already shown stays. */
  show(text: string): void {
    const shown = shownText(text)
    const end = shown.lastIndexOf("\n") + 1
    if (!shown.startsWith(this.finished) || this.finished.length > end) this.startAgain()
    this.appendLines(shown.slice(this.finished.length, end))
    this.finished = shown.slice(0, end)
    this.showLastLine(shown.slice(end))
  }

  private startAgain(): void {
    for (const block of this.blocks) block.element.remove()
    this.blocks = []
    this.finished = ""
    this.parser = new AnsiParser()
    this.hiddenLines = this.lines = this.characters = 0
  }

  private appendLines(text: string): void {
    if (text === "") return
    const lines = text.split("\n")
    lines.pop() // what follows the last line end
    const excess = Math.max(0, lines.length - SHOWN_LINES)
    this.hiddenLines += excess
    for (let at = excess; at < lines.length;) at += this.appendSome(lines, at)
    this.dropOldBlocks()
  }

  /** Fill the last block, or a new one, with the lines from `at`; how many fitted. */
  private appendSome(lines: readonly string[], at: number): number {
    const block = this.openBlock()
    const part: string[] = []
    let characters = 0
    while (at + part.length < lines.length && block.lines + part.length < BLOCK_LINES) {
      if (part.length > 0 && block.characters + characters > BLOCK_CHARACTERS) break
      const line = cutLine(lines[at + part.length] ?? "")
      part.push(line)
      characters += line.length + 1
    }
    block.element.append(...this.parser.parse(part.join("\n") + "\n").map(pieceNode))
    block.lines += part.length
    block.characters += characters
    block.element.style.setProperty("--lines", String(block.lines))
    this.lines += part.length
    this.characters += characters
    return part.length
  }

  private openBlock(): Block {
    const last = this.blocks.at(-1)
    if (last && last.lines < BLOCK_LINES && last.characters < BLOCK_CHARACTERS) return last
    const element = document.createElement("div")
    element.className = "stream-block"
    this.lastLine.before(element)
    const block = { element, lines: 0, characters: 0 }
    this.blocks.push(block)
    return block
  }

  private dropOldBlocks(): void {
    while (this.blocks.length > 1 && (this.lines > SHOWN_LINES || this.characters > SHOWN_CHARACTERS)) {
      const oldest = this.blocks.shift()
      if (!oldest) return
      oldest.element.remove()
      this.lines -= oldest.lines
      this.characters -= oldest.characters
      this.hiddenLines += oldest.lines
    }
  }

  private showLastLine(line: string): void {
    this.lastLine.replaceChildren(...this.parser.fork().parse(cutLine(line)).map(pieceNode))
    this.lastLine.hidden = line === ""
  }
}

/** A line too long to lay out keeps its start and its end. */
function cutLine(line: string): string {
  if (line.length <= LINE_CHARACTERS) return line
  const half = LINE_CHARACTERS / 2
  return `${line.slice(0, half)} … ${line.slice(-half)}`
}
