/** What the outputs of a cell may have of the page. */

import type { Comms, WidgetState } from "../runtime/comms"

export type CellWidgets = Readonly<{
  /** The kernel, if the cell's outputs are of its present session: DESIGN §8. */
  comms: Comms | null
  /** The program of a third-party widget, from the machine that it is installed in; null when nobody has it. */
  program: (module: string) => Promise<string | null>
  saved: (model: string) => WidgetState | null
  /** Hand a cell that runs the value that it waits for, as JSON: `eval_js` of `google.colab`. */
  giveValue: (wanted: string, json: string) => Promise<void>
}>
