/** Choosing several cells at once, by pointer and by keys. */

import type { Cell } from "../document/cells.svelte"
import type { Page } from "./page.svelte"

/** The cell from which a range is chosen. */
let anchor: string | undefined

/** What a command is for: the chosen cells in their order, or the present one. */
export function chosenCells(page: Page): readonly Cell[] {
  const { marked } = page.selection
  if (marked.size > 0) return page.cells.list.filter(({ id }) => marked.has(id))
  return page.cell ? [page.cell] : []
}

export function chooseAll(page: Page): void {
  const ids = page.cells.list.map(({ id }) => id)
  anchor = ids[0]
  page.selection.mark(ids, page.cell?.id)
}

/** One cell more above or below, or one less where the range turns back. */
export function extend(page: Page, step: -1 | 1): void {
  const next = page.sections.neighbour(page.cell?.id, step)
  if (next) chooseRange(page, next)
}

/** Ctrl and a click: this one as well, or no longer. */
function toggle(page: Page, cell: Cell): void {
  const ids = new Set(chosenCells(page).map(({ id }) => id))
  if (ids.has(cell.id) && ids.size > 1) ids.delete(cell.id)
  else ids.add(cell.id)
  anchor = cell.id
  page.selection.mark(inOrder(page, ids), ids.has(cell.id) ? cell.id : [...ids].at(-1))
}

/** Shift and a click: all from where one was. */
function chooseRange(page: Page, cell: Cell): void {
  const { marked, current } = page.selection
  if (marked.size === 0 || anchor === undefined || !page.cells.find(anchor)) anchor = current ?? cell.id
  const [from = 0, to = 0] = [page.cells.indexOf(anchor), page.cells.indexOf(cell.id)].sort((one, other) => one - other)
  const ids = page.cells.list.slice(Math.max(0, from), to + 1).map(({ id }) => id)
  page.selection.mark(ids, cell.id)
}

/** A press with Ctrl or Shift chooses cells, unless it is in the editor that has the focus, which has uses for it. */
export function choosesCells({ button, ctrlKey, metaKey, shiftKey, target }: MouseEvent): boolean {
  if (button !== 0 || !(ctrlKey || metaKey || shiftKey) || !(target instanceof Element)) return false
  if (target.closest("a, button, input, select, textarea, iframe, summary, [role=menu]")) return false
  return !target.closest(".cm-editor")?.contains(document.activeElement)
}

export function choose(page: Page, cell: Cell, { shiftKey }: MouseEvent): void {
  if (shiftKey) chooseRange(page, cell)
  else toggle(page, cell)
}

function inOrder(page: Page, ids: ReadonlySet<string>): string[] {
  return page.cells.list.map(({ id }) => id).filter((id) => ids.has(id))
}
