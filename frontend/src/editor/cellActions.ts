/** What people do with cells: add, delete, move, convert, merge, split, step from one to the next. */

import type { Cell } from "../document/cells.svelte"
import type { CellType } from "../document/document"
import type { Place } from "../document/undo"
import { words } from "../lib/i18n"
import { chosenCells } from "./chosenCells"
import type { Page } from "./page.svelte"

/** Put a new cell at `index` and begin to write in it. */
export function insertCell(page: Page, index: number, type: CellType, source = ""): void {
  if (!page.mayEdit()) return
  page.selection.edit(page.document.insert(index, { type, source }))
}

/** At the caret of the present code cell's editor, or as a cell of its own. */
export function insertCode(page: Page, code: string): void {
  if (!page.mayEdit()) return
  const { cell, selection } = page
  const isWriting = selection.mode === "edit" && cell?.type === "code" && selection.caretIn(cell.id) !== undefined
  if (isWriting) selection.replaceSelected(code)
  else insertBelow(page, "code", code)
}

/** Below the present cell, as the toolbar and the menu do. */
export function insertBelow(page: Page, type: CellType, source = ""): void {
  const index = page.cells.indexOf(page.cell?.id)
  insertCell(page, index + 1, type, source)
}

export function insertAbove(page: Page, type: CellType): void {
  insertCell(page, Math.max(0, page.cells.indexOf(page.cell?.id)), type)
}

export function deleteCells(page: Page, chosen = chosenCells(page)): void {
  const cells = page.sections.withHidden(chosen)
  const last = cells.at(-1)
  if (!last || !page.mayEdit()) return
  const gone = new Set(cells)
  const next = page.cells.list.slice(page.cells.indexOf(last.id)).find((cell) => !gone.has(cell))
  const before = page.cells.list.findLast((cell) => !gone.has(cell))
  page.document.delete(cells.map(({ id }) => id))
  page.selection.select((next ?? before)?.id)
}

/** Together up or down by one; cells that lay apart are gathered. */
export function moveCells(page: Page, step: -1 | 1, cells = chosenCells(page)): void {
  const edge = step < 0 ? cells[0] : cells.at(-1)
  const beyond = page.sections.neighbour(edge?.id, step)
  if (!beyond) return
  const passed = page.sections.withHidden([beyond]).length
  moveTo(page, cells, page.cells.indexOf(beyond.id) + (step < 0 ? 0 : passed))
}

/** Move cells so that they stand before the one that is at `index` now. */
export function moveTo(page: Page, cells: readonly Cell[], index: number): void {
  if (cells.length === 0 || !page.mayEdit()) return
  const ids = page.sections.withHidden(cells).map(({ id }) => id)
  const before = page.cells.list.slice(0, index).filter(({ id }) => !ids.includes(id))
  page.document.moveAll(ids, before.length)
  const { current } = page.selection
  const seen = cells.map(({ id }) => id)
  page.selection.mark(seen, current !== undefined && seen.includes(current) ? current : seen[0])
}

export function convertCells(page: Page, type: CellType, cells = chosenCells(page)): void {
  const others = cells.filter((cell) => cell.type !== type)
  if (others.length === 0 || !page.mayEdit()) return
  const ids = others.map(({ id }) => id)
  page.document.changeType(ids, type)
  if (ids.length === 1) page.selection.edit(ids[0])
}

/** One cell of those that are chosen, or of the present one and the next. */
export function mergeCells(page: Page): void {
  const chosen = chosenCells(page)
  const next = page.cells.list[page.cells.indexOf(chosen.at(-1)?.id) + 1]
  const cells = chosen.length === 1 && next ? [...chosen, next] : chosen
  if (cells.length < 2 || !page.mayEdit()) return
  page.document.merge(cells.map(({ id }) => id))
  page.selection.select(cells[0]?.id)
}

/** Two cells of the present one, at the caret. */
export function splitCell(page: Page): void {
  const { cell } = page
  if (!cell || !page.mayEdit()) return
  const at = page.selection.caretIn(cell.id)
  if (at === undefined) page.notices.say("info", words.cells.noCaret)
  else page.selection.edit(page.document.split(cell.id, at), 0)
}

export function selectNeighbour(page: Page, step: -1 | 1): void {
  const next = page.sections.neighbour(page.cell?.id, step)
  page.selection.select(next?.id ?? page.cell?.id)
}

/** Into the editor; a reader of a text cell has none. */
export function enterCell(page: Page): void {
  if (page.cell?.type === "code" || page.mayEdit()) page.selection.edit(page.cell?.id)
}

export function clearOutputs(page: Page): void {
  if (page.mayEdit()) page.document.clearOutputs(page.cells.list.map(({ id }) => id))
}

/** Take back what I did last, wherever it was, and go there. */
export function undo(page: Page): void {
  goTo(page, () => page.document.undo.undo())
}

export function redo(page: Page): void {
  goTo(page, () => page.document.undo.redo())
}

function goTo(page: Page, change: () => Place | undefined): void {
  if (!page.mayEdit()) return
  const before = page.cells.list
  const place = change()
  if (!place) return
  const cell = page.cells.find(place.cell)
  if (cell && place.at !== undefined) page.selection.edit(cell.id, place.at)
  else if (cell) page.selection.select(cell.id)
  else
    selectAt(
      page,
      before.findIndex(({ id }) => id === place.cell),
    )
}

/** Somebody else deleted the present cell: what was written in it can come back, the others' words in it too. */
export function cellTaken(page: Page, cell: Cell, index: number): void {
  const isWritten = page.selection.mode === "edit"
  const content = { type: cell.type, source: isWritten ? page.selection.text() : cell.text, execution: cell.execution }
  const hasFocus = document.activeElement?.closest(`[data-cell-id="${CSS.escape(cell.id)}"]`)
  if (hasFocus) selectAt(page, index)
  else page.selection.noticed(cellAt(page, index), "command")
  if (!isWritten || !content.source) return
  const restore = (): void => {
    page.notices.dismiss(cell.id)
    if (!page.mayEdit()) return
    if (!page.cells.find(cell.id)) page.document.insert(index, content, cell.id)
    page.selection.edit(cell.id, content.source.length)
  }
  page.notices.say("warning", words.errors.cellTaken, cell.id, { label: words.cell.bringBack, run: restore })
}

function selectAt(page: Page, index: number): void {
  page.selection.select(cellAt(page, index))
}

/** The cell there, or the nearest one. */
function cellAt(page: Page, index: number): string | undefined {
  const { list } = page.cells
  return list[Math.max(0, Math.min(index, list.length - 1))]?.id
}
