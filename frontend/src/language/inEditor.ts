/** What an editor shows of the language's help: what is wrong, what names are, how they are called. Fetched with a machine. */

import { nextDiagnostic, setDiagnostics } from "@codemirror/lint"
import { syntaxTree } from "@codemirror/language"
import type { Extension } from "@codemirror/state"
import { type EditorView, hoverTooltip, keymap, type Tooltip } from "@codemirror/view"

import { box, type Describe, nameBefore } from "./names"
import type { Checked } from "./problems"
import { signatures } from "./signatures"

const HOVER_AFTER = 500
const NO_CODE = /String|Comment/

export function help(describe: Describe): Extension {
  return [
    hoverTooltip((view, pos) => describeAt(view, pos, describe), { hoverTime: HOVER_AFTER, hideOnChange: true }),
    signatures(describe),
    keymap.of([{ key: "F8", run: nextDiagnostic }]),
  ]
}

/** Marks move with what is typed; those of another text than this come too late. */
export function showProblems(view: EditorView, checked: Checked | undefined): void {
  if (view.composing) {
    // An input method loses the character that it composes when marks come under it.
    const later = () => setTimeout(() => showProblems(view, checked))
    view.contentDOM.addEventListener("compositionend", later, { once: true })
    return
  }
  if (checked && view.state.doc.toString() !== checked.text) return
  const marks = (checked?.problems ?? []).map(({ from, to, isError, message }) => {
    const severity = isError ? ("error" as const) : ("warning" as const)
    return { from, to, severity, message }
  })
  view.dispatch(setDiagnostics(view.state, marks))
}

async function describeAt(view: EditorView, pos: number, describe: Describe): Promise<Tooltip | null> {
  const word = view.state.wordAt(pos)
  if (!word || NO_CODE.test(syntaxTree(view.state).resolveInner(pos).name)) return null
  const named = nameBefore(view.state, word.to)
  const text = named && (await describe(named.expression, named.name))
  if (text === undefined) return null
  return { pos: word.from, end: word.to, above: true, create: () => ({ dom: box(text) }) }
}
