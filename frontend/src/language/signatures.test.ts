import { python } from "@codemirror/lang-python"
import { EditorSelection, EditorState } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { expect, test, vi } from "vitest"

import { briefly, callAt, signatures } from "./signatures"

/** Code in which `|` is the caret. */
function stateOf(marked: string): EditorState {
  const at = marked.indexOf("|")
  const doc = marked.replace("|", "")
  return EditorState.create({ doc, selection: EditorSelection.cursor(at), extensions: [python()] })
}

test.each([
  ["greet(|)", "greet", 5],
  ["greet('a', |", "greet", 5],
  ["x = np.linspace(0, f(1), |)", "np.linspace", 15],
  ["outer(inner(|))", "inner", 11],
  ["outer(inner(1)|)", "outer", 5],
])("the call around the caret of %s is of %s", (marked, expression, open) => {
  expect(callAt(stateOf(marked))).toMatchObject({ expression, open })
})

test.each(["greet()|", "(1, |)", "|greet()", "greet(1)\n|", "[1, 2][0](|)"])(
  "around that of %s there is none",
  (marked) => {
    expect(callAt(stateOf(marked))).toBeUndefined()
  },
)

test("what the kernel tells is cut to how it is called and what it does", () => {
  expect(briefly("Signature: f(a)\nDocstring: Do it.\nFile:      /a.py\nType:      function")).toBe(
    "Signature: f(a)\nDocstring: Do it.",
  )
  expect(briefly("a\n".repeat(40)).split("\n")).toHaveLength(13)
})

// jsdom measures nothing.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList

function typeInto(view: EditorView, text: string): void {
  const { head } = view.state.selection.main
  view.dispatch({
    changes: { from: head, insert: text },
    selection: { anchor: head + text.length },
    userEvent: "input.type",
  })
}

test("it is shown from the parenthesis on until the call is left", async () => {
  const describe = vi.fn((expression: string) => Promise.resolve(`${expression}(name)`))
  const extensions = [python(), signatures(describe)]
  const view = new EditorView({ doc: "greet", selection: { anchor: 5 }, extensions, parent: document.body })
  const shown = (): string | undefined => view.dom.querySelector(".cm-described")?.textContent ?? undefined

  typeInto(view, "(")
  await vi.waitFor(() => expect(shown()).toBe("greet(name)"))
  typeInto(view, "'Ada'")
  expect(shown()).toBe("greet(name)")
  typeInto(view, ", ")
  expect(describe).toHaveBeenCalledTimes(1)
  typeInto(view, ")")
  expect(shown()).toBeUndefined()
  view.destroy()
})
