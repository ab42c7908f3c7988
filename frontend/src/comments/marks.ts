/** Marks of commented text in an editor: they move with edits at once, and are put right from the document. */

import { StateEffect, StateField, type Extension } from "@codemirror/state"
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view"

export type Mark = Readonly<{ thread: string; from: number; to: number; isPresent: boolean }>

const replace = StateEffect.define<DecorationSet>()

const shown = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, { changes, effects }) => {
    const effect = effects.find((candidate) => candidate.is(replace))
    return effect ? (effect.value as DecorationSet) : marks.map(changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** `open` hears of a press on a mark. */
export function commentMarks(open: (thread: string) => void): Extension {
  const pressed = (event: MouseEvent, view: EditorView): void => {
    const mark = event.target instanceof Element && event.target.closest("[data-thread]")
    if (mark && view.state.selection.main.empty) open(mark.getAttribute("data-thread") ?? "")
  }
  return [shown, EditorView.domEventHandlers({ click: pressed })]
}

/** An editor in which somebody composes Japanese is left alone where nothing has changed. */
export function showMarks(view: EditorView, marks: readonly Mark[]): void {
  const { length } = view.state.doc
  const fitting = marks.filter(({ from, to }) => from < to && to <= length)
  const wanted = fitting.toSorted((one, other) => one.from - other.from || other.to - one.to)
  if (isSame(view.state.field(shown), wanted)) return
  const decorations = Decoration.set(wanted.map((mark) => decorationFor(mark).range(mark.from, mark.to)))
  view.dispatch({ effects: replace.of(decorations) })
}

function decorationFor({ thread, isPresent }: Mark): Decoration {
  const style = isPresent ? "comment-mark comment-present" : "comment-mark"
  return Decoration.mark({ class: style, attributes: { "data-thread": thread }, isPresent })
}

function isSame(present: DecorationSet, wanted: readonly Mark[]): boolean {
  const cursor = present.iter()
  for (const { thread, from, to, isPresent } of wanted) {
    const spec = cursor.value?.spec as { attributes: { "data-thread": string }; isPresent: boolean } | undefined
    if (!spec || cursor.from !== from || cursor.to !== to) return false
    if (spec.attributes["data-thread"] !== thread || spec.isPresent !== isPresent) return false
    cursor.next()
  }
  return cursor.value === null
}
