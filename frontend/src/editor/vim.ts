/** The keys of Vim in a cell. A chunk of its own, for those who chose it. */

import type { Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { getCM, Vim, vim } from "@replit/codemirror-vim"

type Steps = Readonly<{ undo: () => void; redo: () => void; quit: () => void }>

/** Whose steps `u` takes back: undo goes over all cells here, and is not the editor's own. */
const stepsOf = new WeakMap<EditorView, Steps>()

type Inside = Readonly<{ cm6: EditorView }>
Vim.defineAction("undo", ({ cm6 }: Inside) => stepsOf.get(cm6)?.undo())
Vim.defineAction("redo", ({ cm6 }: Inside) => stepsOf.get(cm6)?.redo())
for (const name of ["quit", "wq", "xit"]) {
  Vim.defineEx(name, name.slice(0, name === "wq" ? 2 : 1), ({ cm6 }: Inside) => stepsOf.get(cm6)?.quit())
}
Vim.defineEx("write", "w", () => undefined) // all is saved as it is written

export function vimKeys(steps: Steps): Extension {
  return [quitting(steps), vim()]
}

/** Esc with nothing left to end leaves the cell, as it does without Vim. */
function quitting(steps: Steps): Extension {
  return EditorView.domEventHandlers({
    focus: (_event, view) => void stepsOf.set(view, steps),
    keydown: (event, view) => {
      const state = getCM(view)?.state.vim
      const isIdle = state && !state.insertMode && !state.visualMode && !state.inputState.keyBuffer.length
      if (event.key !== "Escape" || !isIdle) return false
      steps.quit()
      return true
    },
  })
}
