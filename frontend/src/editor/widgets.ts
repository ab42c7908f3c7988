/** The widgets of the open notebook: which cells' may talk to the kernel, and keeping what they look like. */

import { giveCode } from "../machine/pageCalls"
import type { CellWidgets } from "../outputs/widgets"
import { words } from "../lib/i18n"
import { isRecord } from "../runtime/comms"
import type { Execution } from "../runtime/executions.svelte"
import { savedState, toSave, VIEW_TYPE } from "../runtime/savedWidgets"
import type { Page } from "./page.svelte"

const KEEP_AFTER = 1_500 // milliseconds without a change: a dragged slider is saved once

export class Widgets {
  private readonly live: CellWidgets
  private readonly still: CellWidgets
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly page: Page) {
    const saved: CellWidgets["saved"] = (model) => savedState(page.document.savedWidgets, model)
    const giveValue: CellWidgets["giveValue"] = (wanted, json) => giveCode(page, wanted, json)
    this.live = { comms: page.runtime.comms, program: (module) => this.program(module), saved, giveValue }
    this.still = { comms: null, program: () => Promise.resolve(null), saved, giveValue }
    page.runtime.comms.listen(() => this.changed())
  }

  /** The kernel hears outputs of its own present session only; others were written by who knows whom. */
  of(execution: Execution): CellWidgets {
    const { runtime, isConnected } = this.page.runtime
    return isConnected && execution.session !== "" && execution.session === runtime?.session ? this.live : this.still
  }

  /** What a package's wheel brought into the machine for notebooks, piece by piece. */
  private async program(name: string): Promise<string | null> {
    let [text, start] = ["", 0]
    for (;;) {
      const asked = { type: "variables" as const, do: "module" as const, name, start }
      const reply = await this.page.runtime.request(asked).catch(() => null)
      if (typeof reply?.["text"] !== "string") return null
      text += reply["text"]
      if (!(Number(reply["next"]) > start)) return text
      start = Number(reply["next"])
      if (start >= Number(reply["count"])) return text
    }
  }

  private changed(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.keep(), KEEP_AFTER)
  }

  private keep(): void {
    const { document, provider, runtime } = this.page
    if (!provider.mayEdit || document.omitsOutputs) return
    const before = document.savedWidgets
    const saved = toSave(this.shown(), (model) => runtime.comms.known(model), before)
    if (saved === null) this.page.notices.say("warning", words.outputs.notKept, "widgets")
    if (saved && JSON.stringify(saved) !== JSON.stringify(before)) document.saveWidgets(saved)
  }

  /** The widgets that cells show. */
  private shown(): string[] {
    const outputs = this.page.cells.list.flatMap((cell) => this.page.executionOf(cell)?.list.outputs ?? [])
    return outputs.flatMap((output) => {
      const view = "data" in output ? output.data[VIEW_TYPE] : undefined
      const model = isRecord(view) ? view["model_id"] : undefined
      return typeof model === "string" ? [model] : []
    })
  }
}
