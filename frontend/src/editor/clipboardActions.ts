/** Cut, copy and paste of cells: by the browser's own clipboard events, and from menus. */

import type { Cell } from "../document/cells.svelte"
import { MIME, readJson, readText, writeJson, writeText, type Copied } from "../document/clipboard"
import { words } from "../lib/i18n"
import { deleteCells } from "./cellActions"
import { chosenCells } from "./chosenCells"
import type { Page } from "./page.svelte"

/** What this page copied last, and how it reads as text: menus see only the text of the system's clipboard. */
let last: { copied: Copied; text: string } | undefined

/** From a menu: the browser may refuse the system's clipboard, and then it works within this page. */
export function copyCells(page: Page, cells = chosenCells(page)): void {
  write(keep(page, cells).text)
  sayCopied(page, cells.length)
}

/** What is selected in the present editor, or else the chosen cells. */
export function copy(page: Page): void {
  const selected = selectedText(page)
  if (selected) write(selected)
  else copyCells(page)
}

export function cut(page: Page): void {
  const selected = selectedText(page)
  if (!selected) cutCells(page)
  else if (page.mayEdit()) {
    write(selected)
    page.selection.replaceSelected("")
  }
}

export function cutCells(page: Page, cells = chosenCells(page)): void {
  if (cells.length === 0 || !page.mayEdit()) return
  copyCells(page, cells)
  deleteCells(page, cells)
}

export async function pasteCells(page: Page): Promise<void> {
  const text = await systemText()
  if (last && (text === undefined || text === last.text)) insert(page, last.copied)
  else if (text !== undefined) insertText(page, text)
}

/** The clipboard events of keys; true where they were for cells. */
export function onClipboard(page: Page, event: ClipboardEvent): boolean {
  const { clipboardData: data } = event
  if (!data) return false
  if (event.type === "paste") {
    const copied = readJson(data.getData(MIME))
    if (copied) insert(page, copied)
    else insertText(page, data.getData("text/plain"))
    return true
  }
  const cells = chosenCells(page)
  if (cells.length === 0 || (event.type === "cut" && !page.mayEdit())) return false
  const { copied, text } = keep(page, cells)
  data.setData(MIME, writeJson(copied))
  data.setData("text/plain", text)
  if (event.type === "cut") deleteCells(page, cells)
  sayCopied(page, cells.length)
  return true
}

/** What cells hold, for another place. */
export function copyOf(page: Page, cells: readonly Cell[]): Copied {
  const contents = page.sections
    .withHidden(cells)
    .map(({ id }) => page.document.content(id))
    .filter((content) => content !== undefined)
  return { notebook: page.boot.notebook.id, cells: contents }
}

/** New cells below the present one, or at `index`; results are known only in the notebook that they come from. */
export function insert(page: Page, copied: Copied, index = behindChosen(page)): void {
  if (!page.mayEdit()) return
  const isFromHere = copied.notebook === page.boot.notebook.id
  const contents = isFromHere ? copied.cells : copied.cells.map((cell) => ({ ...cell, execution: undefined }))
  const ids = page.document.insertAll(index, contents)
  page.selection.mark(ids, ids[0])
}

export function insertText(page: Page, text: string, index?: number): void {
  const type = page.cell?.type === "markdown" ? "markdown" : "code"
  const cells = readText(text, type)
  if (cells.length > 0) insert(page, { notebook: "", cells }, index)
}

function behindChosen(page: Page): number {
  return page.cells.indexOf(page.sections.withHidden(chosenCells(page)).at(-1)?.id) + 1
}

function keep(page: Page, cells: readonly Cell[]): { copied: Copied; text: string } {
  const copied = copyOf(page, cells)
  last = { copied, text: writeText(copied.cells) }
  return last
}

function selectedText({ selection }: Page): string {
  return selection.mode === "edit" ? selection.selectedText() : ""
}

function write(text: string): void {
  const writing = (navigator.clipboard as Clipboard | undefined)?.writeText(text)
  writing?.catch(() => undefined)
}

/** Undefined where the browser does not let a menu read it. */
async function systemText(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText()
  } catch {
    return undefined
  }
}

function sayCopied(page: Page, count: number): void {
  page.selection.said = words.cells.copied(count)
}
