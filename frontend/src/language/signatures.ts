/** How a function is called, shown while its arguments are written. */

import { ensureSyntaxTree } from "@codemirror/language"
import { type EditorState, type Extension, Prec, StateEffect, StateField } from "@codemirror/state"
import { EditorView, keymap, showTooltip, type Tooltip } from "@codemirror/view"

import { box, type Describe, nameBefore } from "./names"

/** The name that is called, and where its parenthesis opens. */
export type Call = Readonly<{ expression: string; name: number; open: number }>
type Shown = Readonly<{ open: number; text: string }>

const PARSED_WITHIN = 50
const MOST_LINES = 12
/** What the kernel tells of a function beyond how it is called. */
const BEYOND = /^(?:File|Type|Source|Subclasses|String form|Length):/m

const show = StateEffect.define<Shown | null>()

const shown = StateField.define<Shown | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value
    if (value === null || !(transaction.docChanged || transaction.selection)) return value
    const open = transaction.changes.mapPos(value.open, 1)
    return callAt(transaction.state)?.open === open ? { ...value, open } : null
  },
  provide: (field) => showTooltip.from(field, (value) => (value ? tooltip(value) : null)),
})

/** Tell of a function when the parenthesis of its arguments, or a comma in them, is typed; Escape puts it away. */
export function signatures(describe: Describe): Extension {
  const typed = EditorView.updateListener.of(({ view, transactions, state }) => {
    if (!transactions.some((transaction) => transaction.isUserEvent("input.type")) || !isBegun(state)) return
    const call = callAt(state)
    if (call && call.open !== state.field(shown)?.open) void tell(view, call, describe)
  })
  const close = (view: EditorView): boolean => {
    if (view.state.field(shown, false) == null) return false
    view.dispatch({ effects: show.of(null) })
    return true
  }
  return [shown, typed, Prec.high(keymap.of([{ key: "Escape", run: close }]))]
}

/** The innermost call whose arguments the caret is in. */
export function callAt(state: EditorState): Call | undefined {
  const { head } = state.selection.main
  const tree = ensureSyntaxTree(state, head, PARSED_WITHIN)
  for (let node = tree?.resolveInner(head, -1) ?? null; node; node = node.parent) {
    if (node.name !== "ArgList" || node.from >= head || (node.to <= head && isClosed(state, node.to))) continue
    const called = nameBefore(state, node.from)
    return called && { ...called, open: node.from }
  }
  return undefined
}

/** How it is called and what it does, without the rest of what the kernel knows. */
export function briefly(text: string): string {
  const beyond = BEYOND.exec(text)
  const lines = (beyond ? text.slice(0, beyond.index) : text).trim().split("\n")
  return lines.length > MOST_LINES ? `${lines.slice(0, MOST_LINES).join("\n")}\n…` : lines.join("\n")
}

function isClosed(state: EditorState, end: number): boolean {
  return state.sliceDoc(end - 1, end) === ")"
}

/** The first argument, or one more, is about to be written. */
function isBegun(state: EditorState): boolean {
  const { head } = state.selection.main
  return /[(,]/.test(state.sliceDoc(head - 1, head))
}

async function tell(view: EditorView, call: Call, describe: Describe): Promise<void> {
  const text = await describe(call.expression, call.name)
  // Who has gone on meanwhile does not want it any more.
  if (!text || callAt(view.state)?.open !== call.open) return
  view.dispatch({ effects: show.of({ open: call.open, text: briefly(text) }) })
}

function tooltip({ open, text }: Shown): Tooltip {
  const dom = document.createElement("div")
  dom.append(box(text))
  return { pos: open, above: true, create: () => ({ dom }) }
}
