/** Marks of what was found, in an editor. */

import { type Extension, StateEffect, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view"

export type Found = Readonly<{ from: number; to: number; isPresent: boolean }>

const replace = StateEffect.define<DecorationSet>()
const found = Decoration.mark({ class: "found" })
const present = Decoration.mark({ class: "found found-present" })

export const foundMarks: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, { changes, effects }) => {
    const effect = effects.find((candidate) => candidate.is(replace))
    return effect ? (effect.value as DecorationSet) : marks.map(changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})

export function showFound(view: EditorView, matches: readonly Found[]): void {
  const { length } = view.state.doc
  const fitting = matches.filter(({ to }) => to <= length) // the text may be a moment behind
  const marks = fitting.map(({ from, to, isPresent }) => (isPresent ? present : found).range(from, to))
  view.dispatch({ effects: replace.of(Decoration.set(marks)) })
}
