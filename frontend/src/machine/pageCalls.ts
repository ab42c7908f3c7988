/** What running code asks of the page: to download, show or bring in a file, or for the drive. A person says whether. */

import type { Page } from "../editor/page.svelte"
import { download } from "../lib/download"
import { words } from "../lib/i18n"
import { ConnectionLost, Refused, type PageCall } from "../protocol/frames"
import { Upload } from "./upload.svelte"
import { machineOf } from "./machine"

const DONE = ".done"
const CANCELLED = ".cancelled"
/** What `eval_js` waits for, in a folder of its own. */
const VALUE = "value.json"

/** Do it, in the tab that is looked at: one download is enough. */
export async function answerCode(page: Page, call: PageCall): Promise<void> {
  if (document.visibilityState !== "visible") return
  switch (call.what) {
    case "download":
      download(page.files.address(call.path), call.path.slice(call.path.lastIndexOf("/") + 1))
      break
    case "view":
      await view(page, call.path)
      break
    case "upload":
      page.wanted = call
      page.dialog = "upload"
      break
    case "drive": // it asks again and again until there is an answer
      page.dialog ??= "drive"
      break
  }
}

async function view(page: Page, path: string): Promise<void> {
  try {
    const found = await page.files.ask("stat", path)
    if (found["kind"] === "file") page.openFile(path, Number(found["size"]))
    else {
      page.leftPanel = "files"
      await page.files.goTo(path)
    }
  } catch (problem) {
    if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
    page.notices.error(problem.message, "machine")
  }
}

/** Put these into the folder that code waits at, each under its last name, and say that it is all. */
export async function bring(page: Page, folder: string, files: readonly File[]): Promise<void> {
  const machine = machineOf(page)
  for (const file of files) {
    const upload = new Upload(`${folder}/${file.name}`, file, machine.stream)
    await upload.run()
    if (upload.state !== "done") {
      page.notices.error(upload.problem || words.machine.uploadBroke, "machine")
      await say(page, folder, CANCELLED)
      return
    }
  }
  await say(page, folder, DONE)
}

/** Hand code the value that it waits for. It waits for one: where another tab was quicker there is nothing to say. */
export async function giveCode(page: Page, wanted: string, json: string): Promise<void> {
  await new Upload(`/content/.value-${wanted}/${VALUE}`, new Blob([json]), machineOf(page).stream).run()
}

export async function cancel(page: Page, folder: string): Promise<void> {
  await say(page, folder, CANCELLED)
}

/** The code looks for this file. When the machine is gone there is nobody who waits. */
async function say(page: Page, folder: string, name: string): Promise<void> {
  await page.files.ask("new", `${folder}/${name}`, { kind: "file" }).catch((problem: unknown) => {
    if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
  })
}
