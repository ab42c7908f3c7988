/** What people do with the notebook as a whole: make, upload, rename, save, download. */

import type { Page } from "../editor/page.svelte"
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
    if (!file) return
    const form = new FormData()
    form.append("file", file)
    void goTo(page, "/api/notebooks/import", form)
  }
  input.click()
}

export async function rename(page: Page, name: string): Promise<void> {
  const before = page.name
  if (!name || name === before || !page.mayEdit()) return
  page.name = name
  try {
    await send("PATCH", `/api/notebooks/${page.boot.notebook.id}`, { name }, page.boot.csrf)
  } catch (problem) {
    page.name = before
    page.report(problem)
  }
}

export async function download(page: Page, query = ""): Promise<void> {
  await saved(page)
  const link = document.createElement("a")
  link.href = `/notebooks/${page.boot.notebook.id}.ipynb${query}`
  link.download = ""
  link.click()
}

/** Edits are saved as they are made; what can be done by hand is to try again at once. */
export function save(page: Page): void {
  page.retry()
}

/** Until all is saved, or for as long as a person would wait. */
async function saved(page: Page): Promise<void> {
  const end = Date.now() + 3_000
  while (page.provider.saveState === "saving" && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function goTo(page: Page, address: string, body: unknown): Promise<void> {
  try {
    const response = await send("POST", address, body, page.boot.csrf)
    const { id } = (await response.json()) as { id: string }
    location.assign(`/notebooks/${id}`)
  } catch (problem) {
    page.report(problem)
  }
}
