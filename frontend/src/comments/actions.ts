/** How people get from the notebook to its comments and back. */

import { anchorTo, findQuote, type Range } from "../document/anchors"
import type { Cell } from "../document/cells.svelte"
import type { Page } from "../editor/page.svelte"
import { words } from "../lib/i18n"

const LINK = /^#comment=([0-9a-f-]{36})$/

/** Comment on what is selected in a cell, or on the whole cell. */
export function addComment(page: Page, cell: Cell | undefined = page.cell): void {
  if (!cell || !page.mayComment()) return
  const range = page.selection.rangeIn(cell.id) ?? renderedSelection(cell)
  page.comments.begin(cell.id, range && anchorTo(cell.source, range))
  page.panel = "comments"
}

export function toggleComments(page: Page): void {
  page.panel = page.panel === "comments" ? undefined : "comments"
}

export function openThread(page: Page, thread: string): void {
  page.panel = "comments"
  page.comments.show(thread)
}

/** Bring a thread's cell to the screen, and its text as soon as the editor is there. */
export function goToText(page: Page, thread: string, cell: Cell | undefined): void {
  page.comments.present = thread
  if (!cell) return
  page.comments.revealing = thread
  elementOf(cell)?.scrollIntoView({ block: "center" })
}

/** The thread that the page's address names, as in a mail. */
export function followLink(page: Page): void {
  const thread = LINK.exec(location.hash)?.[1]
  if (!thread) return
  const found = page.comments.list.find(({ id }) => id === thread)
  if (!found) {
    page.notices.say("info", words.comments.gone)
    return
  }
  openThread(page, thread)
  goToText(page, thread, page.cells.find(found.cell))
}

export function linkTo(page: Page, thread: string): string {
  return `${location.origin}/notebooks/${page.boot.notebook.id}#comment=${thread}`
}

/** In rendered Markdown: the same words in the source, where they stand once. */
function renderedSelection(cell: Cell): Range | undefined {
  const selection = getSelection()
  const element = elementOf(cell)
  if (cell.type === "code" || !selection?.anchorNode || !element?.contains(selection.anchorNode)) return undefined
  return findQuote(cell.text, selection.toString().trim())
}

function elementOf(cell: Cell): Element | undefined {
  const all = [...document.querySelectorAll<HTMLElement>("[data-cell-id]")]
  return all.find(({ dataset }) => dataset["cellId"] === cell.id)
}
