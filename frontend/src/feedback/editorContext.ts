/** What the editor tells about itself in a message. */

import type { Page } from "../editor/page.svelte"
import type { Context } from "./context"

export function contextOf(page: Page): Context {
  const { boot } = page
  const { runtime } = page.runtime
  return {
    csrf: boot.csrf,
    user: String(boot.user.id),
    build: boot.build,
    prefill: page.feedback,
    notebook: boot.notebook.id,
    runtime: runtime
      ? {
          id: runtime.id,
          about: {
            id: runtime.id,
            status: page.runtime.status,
            state: runtime.state,
            reason: runtime.reason,
            type: runtime.type,
            kernel: runtime.kernel,
          },
        }
      : undefined,
    cells: () => page.cells.list.map((cell, index) => `# [${index + 1}] ${cell.type}\n${cell.text}`).join("\n\n"),
  }
}
