/** Links to a cell, as Colab's: `#scrollTo=<id>`. */

import type { Cell } from "../document/cells.svelte"
import { words } from "../lib/i18n"
import type { Page } from "./page.svelte"

const LINK = /[#&]scrollTo=([\w-]+)/

/** Go to the cell that the address names. */
export function followCellLink(page: Page): void {
  const id = LINK.exec(location.hash)?.[1]
  if (id && page.cells.find(id)) page.selection.lead(id)
}

/** Who follows it and may see the notebook lands on the cell. */
export async function copyCellLink(page: Page, cell: Cell | undefined = page.cell): Promise<void> {
  if (!cell) return
  const address = `${location.origin}/notebooks/${page.boot.notebook.id}#scrollTo=${cell.id}`
  try {
    await navigator.clipboard.writeText(address)
    page.notices.say("info", words.cell.linkCopied, "link")
  } catch {
    page.notices.error(words.errors.copyFailed)
  }
}
