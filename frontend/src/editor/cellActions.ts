/** What people do with cells: add, delete, move, convert, cut, copy, paste, step from one to the next. */

import type { Cell } from "../document/cells.svelte"
import type { CellContent, CellType } from "../document/document"
import type { Place } from "../document/undo"
import { words } from "../lib/i18n"
import type { Page } from "./page.svelte"

/** The cell that was cut or copied last, for this page. */
let clipboard: CellContent | undefined

/** Put a new cell at `index` and begin to write in it. */
export function insertCell(page: Page, index: number, type: CellType, source = ""): void {
  if (!page.mayEdit()) return
  page.selection.edit(page.document.insert(index, { type, source }))
}

/** Below the present cell, as the toolbar and the menu do. */
export function insertBelow(page: Page, type: CellType): void {
  const index = page.cells.indexOf(page.cell?.id)
  insertCell(page, index + 1, type)
}

export function insertAbove(page: Page, type: CellType): void {
  insertCell(page, Math.max(0, page.cells.indexOf(page.cell?.id)), type)
}

export function deleteCell(page: Page, cell: Cell | undefined = page.cell): void {
  if (!cell || !page.mayEdit()) return
  const index = page.cells.indexOf(cell.id)
  const next = page.cells.list[index + 1] ?? page.cells.list[index - 1]
  page.document.delete([cell.id])
  page.selection.select(next?.id)
}

export function moveCell(page: Page, step: -1 | 1, cell: Cell | undefined = page.cell): void {
  if (!cell || !page.mayEdit()) return
  const index = page.cells.indexOf(cell.id) + step
  if (index < 0 || index >= page.cells.list.length) return
  page.document.move(cell.id, index)
  page.selection.select(cell.id)
}

export function convertCell(page: Page, type: CellType, cell: Cell | undefined = page.cell): void {
  if (!cell || cell.type === type || !page.mayEdit()) return
  page.document.changeType(cell.id, type)
  page.selection.edit(cell.id)
}

export function copyCell(page: Page, cell: Cell | undefined = page.cell): void {
  if (cell) clipboard = { type: cell.type, source: cell.text }
}

export function cutCell(page: Page, cell: Cell | undefined = page.cell): void {
  if (!cell || !page.mayEdit()) return
  copyCell(page, cell)
  deleteCell(page, cell)
}

export function pasteCell(page: Page): void {
  if (!clipboard || !page.mayEdit()) return
  page.selection.select(page.document.insert(page.cells.indexOf(page.cell?.id) + 1, clipboard))
}

export function selectNeighbour(page: Page, step: -1 | 1): void {
  const index = page.cells.indexOf(page.cell?.id) + step
  selectAt(page, index)
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
