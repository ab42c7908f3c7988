/** My machine, as the panes beside the cells reach it. */

import type { Page } from "../editor/page.svelte"
import { socketAddress } from "../protocol/socket"
import type { Machine } from "./files.svelte"
import { MachineStream } from "./stream"

export function machineOf(page: Page): Machine {
  return {
    request: (request) => page.runtime.request(request),
    stream: (request, events) =>
      new MachineStream(socketAddress(`/ws/runtimes/${page.boot.notebook.id}/streams`), request, events),
    address: (path) => `/notebooks/${page.boot.notebook.id}/machine/file?path=${encodeURIComponent(path)}`,
    report: (sentence) => page.notices.error(sentence, "machine"),
  }
}

/** Code has run: what is shown of the machine may be different, and the folder that it runs in. */
export async function lookInside(page: Page): Promise<void> {
  const folder = await page.variables.load()
  if (folder) await page.files.follow(folder)
  if (page.leftPanel === "files") await page.files.refresh()
}
