/** Names in code, and the box in which they are described. */

import type { EditorState } from "@codemirror/state"

/** The expression that ends at `at`, and where its last name begins. */
export type Describe = (expression: string, at: number) => Promise<string | undefined>

const DOTTED = /(?:[^\W\d][\w]*\.)*[^\W\d]\w*$/u
const MOST_TEXT = 4_000

/** The dotted name that ends there, and where its last part begins. */
export function nameBefore(state: EditorState, end: number): { expression: string; name: number } | undefined {
  const expression = DOTTED.exec(state.sliceDoc(state.doc.lineAt(end).from, end))?.[0]
  if (expression === undefined) return undefined
  return { expression, name: end - expression.length + expression.lastIndexOf(".") + 1 }
}

export function box(text: string): HTMLElement {
  const dom = document.createElement("pre")
  dom.className = "cm-described"
  dom.textContent = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text
  return dom
}
