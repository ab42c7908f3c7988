/** What people do with the notebook as a whole: make, upload, rename, save, download. */

import type { Page } from "../editor/page.svelte"
import { download as saveFile, downloadText } from "../lib/download"
import { words } from "../lib/i18n"
import { postForm } from "../lib/postForm"
import { HistoryCalls } from "../protocol/history"
import { send } from "../protocol/http"

export async function newNotebook(page: Page): Promise<void> {
  await goTo(page, "/api/notebooks", {})
}

export function uploadNotebook(page: Page): void {
  const input = document.createElement("input")
  input.type = "file"
  input.accept = ".ipynb,application/x-ipynb+json,application/json"
  input.onchange = () => {
    const file = input.files?.[0]
    if (file) uploadFile(page, file)
  }
  input.click()
}

export function uploadFile(page: Page, file: File): void {
  const form = new FormData()
  form.append("file", file)
  void goTo(page, "/api/notebooks/import", form)
}

/** What the browser prints, with everything in the page. */
export function print(): void {
  window.print()
}

/** The code cells as a script; text and raw cells are comments in it. */
export async function downloadScript(page: Page): Promise<void> {
  const { writePython } = await import("../document/pythonScript")
  const contents = page.cells.list.map(({ id }) => page.document.content(id)).filter((cell) => cell !== undefined)
  downloadText(writePython(contents), "text/x-python", page.name.replace(/\.ipynb$/, "") + ".py")
}

export async function rename(page: Page, name: string): Promise<void> {
  const before = page.name
  if (!name || name === before || !page.provider.mayEdit) return
  page.name = name
  try {
    await send("PATCH", `/api/notebooks/${page.boot.notebook.id}`, { name }, page.boot.csrf)
  } catch (problem) {
    page.name = before
    page.report(problem)
  }
}

/** A notebook of mine with all that this one has, in a tab of its own. */
export async function saveCopy(page: Page): Promise<void> {
  await saved(page)
  await goTo(page, `${addressOf(page)}/copy`, {}, window.open("", "_blank"))
}

/** In place for who may only view; for others in a tab of its own. */
export async function openPlayground(page: Page): Promise<void> {
  if (page.playground.isAhead) return page.playground.enter()
  await saved(page)
  return goTo(page, `${addressOf(page)}/playground`, {}, window.open("", "_blank"))
}

export function askToTrash(page: Page): void {
  if (page.provider.role === "owner") page.dialog = "trash"
  else page.notices.say("info", words.errors.notYours)
}

/** Home says that it is in the trash. */
export function trash(page: Page): void {
  postForm(`/notebooks/${page.boot.notebook.id}/trash`, page.boot.csrf)
}

export async function download(page: Page, query = ""): Promise<void> {
  await saved(page)
  saveFile(`/notebooks/${page.boot.notebook.id}.ipynb${query}`)
}

/** Edits are saved as they are made; what can be done by hand is to try again at once. */
export function save(page: Page): void {
  page.retry()
}

/** A version of this moment that is kept for ever. */
export async function pinRevision(page: Page): Promise<void> {
  if (!page.mayEdit()) return
  await saved(page)
  try {
    await new HistoryCalls(page.boot.notebook.id, page.boot.csrf).pin("")
    const show = { label: words.commands.revisionHistory, run: () => showHistory(page) }
    page.notices.say("info", words.history.pinnedNow, "pinned", show)
  } catch (problem) {
    page.report(problem)
  }
}

export function showHistory(page: Page): void {
  page.notices.dismiss("pinned")
  if (page.mayEdit()) page.panel = "history"
}

/** Until all is saved, or for as long as a person would wait. */
async function saved(page: Page): Promise<void> {
  const end = Date.now() + 3_000
  while (page.provider.saveState === "saving" && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function addressOf(page: Page): string {
  return `/api/notebooks/${page.boot.notebook.id}`
}

/** Go to the notebook that is made, in this tab or in one that was opened for it while the browser allowed it. */
async function goTo(page: Page, address: string, body: unknown, tab: Window | null = null): Promise<void> {
  try {
    const response = await send("POST", address, body, page.boot.csrf)
    const made = (await response.json()) as { id?: string; notebook?: { id: string } }
    const where = tab?.location ?? location
    where.assign(`/notebooks/${made.id ?? made.notebook?.id}`)
  } catch (problem) {
    tab?.close()
    page.report(problem)
  }
}
