/** Cells dragged by their handle: within the notebook they move, from another tab they are copied. */

import type { Cell } from "../document/cells.svelte"
import { MIME, readJson, writeJson, writeText } from "../document/clipboard"
import { moveTo } from "./cellActions"
import { chosenCells } from "./chosenCells"
import { copyOf, insert } from "./clipboardActions"
import type { Page } from "./page.svelte"

export class Dragging {
  /** Where they would be dropped: before the cell with this index, `top` pixels below the first. */
  gap = $state.raw<{ index: number; top: number }>()
  private dragged: readonly Cell[] = []

  constructor(private readonly page: Page) {}

  /** The handle of this cell was taken: with it go the others that are chosen with it. */
  start(event: DragEvent, cell: Cell): void {
    const chosen = chosenCells(this.page)
    this.dragged = chosen.includes(cell) ? chosen : [cell]
    const copied = copyOf(this.page, this.dragged)
    const { dataTransfer: data } = event
    if (!data) return
    data.effectAllowed = "copyMove"
    data.setData(MIME, writeJson(copied))
    data.setData("text/plain", writeText(copied.cells))
    const group = event.target instanceof Element ? event.target.closest("[data-cell-id]") : null
    if (group) data.setDragImage(group, 0, 0)
  }

  over(event: DragEvent, notebook: HTMLElement): void {
    if (!event.dataTransfer?.types.includes(MIME) || !this.page.canWrite) return
    event.preventDefault()
    event.stopPropagation()
    event.dataTransfer.dropEffect = this.dragged.length > 0 ? "move" : "copy"
    this.gap = this.gapAt(event.clientY, notebook)
  }

  drop(event: DragEvent, notebook: HTMLElement): void {
    if (!event.dataTransfer?.types.includes(MIME)) return
    event.preventDefault()
    event.stopPropagation()
    const { index } = this.gapAt(event.clientY, notebook)
    const cells = this.dragged.filter((cell) => this.page.cells.find(cell.id) === cell)
    const copied = readJson(event.dataTransfer.getData(MIME))
    this.end()
    if (cells.length > 0) moveTo(this.page, cells, index)
    else if (copied) insert(this.page, copied, index)
  }

  left(event: DragEvent, notebook: HTMLElement): void {
    if (!(event.relatedTarget instanceof Node && notebook.contains(event.relatedTarget))) this.gap = undefined
  }

  end(): void {
    this.dragged = []
    this.gap = undefined
  }

  private gapAt(y: number, notebook: HTMLElement): { index: number; top: number } {
    const groups = [...notebook.querySelectorAll<HTMLElement>("[data-cell-id]")]
    const boxes = groups.map((group) => group.getBoundingClientRect())
    const place = boxes.findIndex((box) => y < (box.top + box.bottom) / 2)
    const edge = place === -1 ? (boxes.at(-1)?.bottom ?? 0) : (boxes[place]?.top ?? 0)
    // Behind a folded section means behind what it hides.
    const beside = this.page.cells.find(groups.at(place)?.dataset["cellId"]) // the last one where none is below
    const passed = beside && place === -1 ? this.page.sections.withHidden([beside]).length : 0
    const index = this.page.cells.indexOf(beside?.id) + passed
    return { index, top: edge - notebook.getBoundingClientRect().top + (place === -1 ? 6 : -6) }
  }
}
