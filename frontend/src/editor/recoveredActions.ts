/** What people do with edits that could not be merged, because the document that they changed was replaced. */

import type { KeptText } from "../document/pending"
import type { Piece } from "../document/textDiff"
import { words } from "../lib/i18n"
import type { Page } from "./page.svelte"

const NOTICE = "recovered"

/** Show them; a banner stays until all are decided about. */
export function offerRecovered(page: Page): void {
  remind(page)
  page.dialog = "recovered"
}

/** Below the cell that it was, if that is still there, or else at the end. */
export async function insertRecovered(page: Page, recovered: KeptText): Promise<void> {
  if (!page.mayEdit()) return
  const here = page.cells.indexOf(recovered.cell)
  const index = here < 0 ? page.cells.list.length : here + 1
  const type = recovered.type === "markdown" || recovered.type === "raw" ? recovered.type : "code"
  page.selection.noticed(page.document.insert(index, { type, source: recovered.text }), "command")
  await decide(page, recovered)
}

export async function replaceByRecovered(page: Page, recovered: KeptText, difference: readonly Piece[]): Promise<void> {
  if (!page.mayEdit()) return
  page.document.rewrite(recovered.cell, difference)
  await decide(page, recovered)
}

export async function discardRecovered(page: Page, recovered: KeptText): Promise<void> {
  await decide(page, recovered)
}

async function decide(page: Page, recovered: KeptText): Promise<void> {
  const done = page.provider.decided(recovered)
  remind(page)
  await done
}

function remind(page: Page): void {
  const count = page.provider.recovered.length
  const show = { label: words.errors.show, run: () => (page.dialog = "recovered") }
  if (count > 0) page.notices.say("warning", words.errors.recoveredWaiting(count), NOTICE, show)
  else page.notices.dismiss(NOTICE)
}
