/** Which cells are meant: the present one, those chosen with it, and whether keys go to its editor or to the notebook. */

import type { Range } from "../document/anchors"
import type { Tool } from "./textTools"

export type Mode = "command" | "edit"

export class Selection {
  current = $state<string>()
  mode = $state<Mode>("command")
  /** All that are chosen, the present one among them; empty while that is the only one. */
  marked = $state.raw<ReadonlySet<string>>(new Set())
  /** Grows each time the DOM focus shall follow; a cell that is the present one then takes it. */
  asked = $state(0)
  /** The present cell's beginning shall be at the top of the screen. */
  isLed = false
  /** Where the caret of the present cell goes once its editor has the focus. */
  caret: number | undefined
  /** The text selected in the present editor. */
  selectedText: () => string = () => ""
  /** Where the caret of a cell's editor is, if that had the focus last. */
  caretIn: (cell: string) => number | undefined = () => undefined
  /** Put this where something is selected in the present editor, or at the caret. */
  replaceSelected: (text: string) => void = () => undefined
  /** Change the present editor's text as a tool does. */
  use: (tool: Tool) => void = () => undefined
  /** What was done with the chosen cells, for who does not see it. */
  said = $state("")
  /** All that the present editor shows. */
  text: () => string = () => ""
  /** What is selected in a cell's editor, if that had the focus last. */
  rangeIn: (cell: string) => Range | undefined = () => undefined

  /** Go to a cell without entering its editor. */
  select(id: string | undefined): void {
    this.noticed(id, "command")
    this.ask()
  }

  /** Go to a cell that may be far away: to its beginning, which cells that are drawn late above it do not push away. */
  lead(id: string | undefined): void {
    this.noticed(id, "command")
    this.ask(true)
  }

  /** Go into a cell's editor, to a place in it if one is given. */
  edit(id: string | undefined, caret?: number): void {
    this.caret = caret
    this.noticed(id, "edit")
    this.ask()
  }

  /** The DOM focus went there by itself. */
  noticed(id: string | undefined, mode: Mode): void {
    const isAmong = mode === "command" && id !== undefined && this.marked.has(id) && id === this.current
    if (!isAmong && this.marked.size > 0) this.unmark()
    this.said = ""
    this.current = id
    this.mode = mode
  }

  /** Only the present one is chosen. */
  unmark(): void {
    this.marked = new Set()
  }

  /** Choose these cells together; keys go on from `current`. */
  mark(ids: readonly string[], current: string | undefined): void {
    this.current = current
    this.mode = "command"
    this.marked = new Set(ids.length > 1 ? ids : [])
    this.ask()
  }

  private ask(isLed = false): void {
    this.isLed = isLed
    this.asked += 1
  }
}
