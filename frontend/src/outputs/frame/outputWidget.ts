/** The Output widget: the platform puts what was printed into its `outputs`, and here they are drawn. */

import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base"

import type { Json } from "../../runtime/outputs"
import type { Pages } from "./pages"

const NAMES = { _model_module: "@jupyter-widgets/output", _view_module: "@jupyter-widgets/output" }

class OutputModel extends DOMWidgetModel {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...NAMES,
      _model_name: "OutputModel",
      _view_name: "OutputView",
      msg_id: "",
      outputs: [],
    }
  }
}

/** The classes by the names that kernels know them by. */
export function outputClasses(page: Pages): Record<string, unknown> {
  class OutputView extends DOMWidgetView {
    private work: Promise<void> = Promise.resolve()
    private newest = 0

    override render(): void {
      super.render()
      this.el.classList.add("jupyter-widgets", "widget-output")
      this.listenTo(this.model, "change:outputs", () => this.draw())
      this.draw()
    }

    /** Only the newest state is drawn, however many came while an older one was. */
    private draw(): void {
      this.newest += 1
      const number = this.newest
      this.work = this.work.then(() => (number === this.newest ? this.drawNow() : undefined)).catch(() => undefined)
    }

    private async drawNow(): Promise<void> {
      const items = await page.ask({ what: "draw", outputs: this.model.get("outputs") as Json })
      if (!Array.isArray(items)) return
      const places = items.map(() => document.createElement("div"))
      for (const place of places) place.className = "output"
      this.el.replaceChildren(...places)
      for (const [at, place] of places.entries()) await page.draw(place, items[at])
    }
  }
  return { OutputModel, OutputView }
}
