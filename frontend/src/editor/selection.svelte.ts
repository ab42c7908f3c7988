/** Which cell is the present one, and whether keys go to its editor or to the notebook. */

import type { Range } from "../document/anchors"

export type Mode = "command" | "edit"

export class Selection {
  current = $state<string>()
  mode = $state<Mode>("command")
  /** Grows each time the DOM focus shall follow; a cell that is the present one then takes it. */
  asked = $state(0)
  /** Where the caret of the present cell goes once its editor has the focus. */
  caret: number | undefined
  /** The text selected in the present editor. */
  selectedText: () => string = () => ""
  /** All that the present editor shows. */
  text: () => string = () => ""
  /** What is selected in a cell's editor, if that had the focus last. */
  rangeIn: (cell: string) => Range | undefined = () => undefined

  /** Go to a cell without entering its editor. */
  select(id: string | undefined): void {
    this.noticed(id, "command")
    this.asked += 1
  }

  /** Go into a cell's editor, to a place in it if one is given. */
  edit(id: string | undefined, caret?: number): void {
    this.caret = caret
    this.noticed(id, "edit")
    this.asked += 1
  }

  /** The DOM focus went there by itself. */
  noticed(id: string | undefined, mode: Mode): void {
    this.current = id
    this.mode = mode
  }
}
