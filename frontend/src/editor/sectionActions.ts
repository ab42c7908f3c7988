/** Folding sections, and keeping what is folded with the notebook. */

import type { Cell } from "../document/cells.svelte"
import { words } from "../lib/i18n"
import { insertBelow } from "./cellActions"
import type { Page } from "./page.svelte"

export function toggleSection(page: Page, header: Cell): void {
  if (page.sections.isFolded(header)) page.sections.unfold(header)
  else foldSection(page, header)
}

/** Whoever is inside goes to the header. */
export function foldSection(page: Page, header: Cell | undefined = page.cell): void {
  if (!header || !page.sections.isHeader(header)) return
  if (page.sections.inside(header).some(({ id }) => id === page.selection.current)) page.selection.select(header.id)
  page.sections.fold(header)
}

export function unfoldSection(page: Page, header: Cell | undefined = page.cell): void {
  if (header) page.sections.unfold(header)
}

/** A present cell that goes out of sight would open its section again. */
export function foldAll(page: Page): void {
  page.sections.foldAll()
  const { current } = page.selection
  if (!page.sections.isHidden(current)) return
  const above = page.cells.list.slice(0, page.cells.indexOf(current))
  page.selection.select(above.findLast(({ id }) => !page.sections.isHidden(id))?.id)
}

export function keepLayout(page: Page): void {
  if (!page.mayEdit()) return
  const { list } = page.cells
  page.document.keepFolded(list.filter((cell) => page.sections.isFolded(cell)).map(({ id }) => id))
  page.notices.say("info", words.sections.kept, "sections")
}

export function insertSection(page: Page): void {
  insertBelow(page, "markdown", `## ${words.sections.newOne}`)
}
