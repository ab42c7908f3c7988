import { EditorView } from "@codemirror/view"
import { afterEach, beforeEach, expect, test, vi } from "vitest"

import { commentMarks, showMarks, type Mark } from "./marks"

let view: EditorView
const opened = vi.fn()

beforeEach(() => {
  view = new EditorView({ doc: "first = 1\nsecond = 2", extensions: commentMarks(opened), parent: document.body })
})

afterEach(() => view.destroy())

const mark = (thread: string, from: number, to: number, isPresent = false): Mark => ({ thread, from, to, isPresent })
const marked = (): string[] => [...view.dom.querySelectorAll("[data-thread]")].map(({ textContent }) => textContent)

test("commented text is marked, and the mark goes with it", () => {
  showMarks(view, [mark("b", 10, 16), mark("a", 0, 5)])
  expect(marked()).toEqual(["first", "second"])

  view.dispatch({ changes: { from: 0, insert: "# 前\n" } })
  view.dispatch({ changes: { from: 20, insert: "_at_the_end" } })
  expect(marked()).toEqual(["first", "second"])
  view.dispatch({ changes: { from: 0, to: view.state.doc.length } })
  expect(marked()).toEqual([])
})

test("the same marks again do not touch the editor", () => {
  showMarks(view, [mark("a", 0, 5)])
  const dispatch = vi.spyOn(view, "dispatch")
  showMarks(view, [mark("a", 0, 5)])
  expect(dispatch).not.toHaveBeenCalled()

  showMarks(view, [mark("a", 0, 5, true)])
  expect(dispatch).toHaveBeenCalledOnce()
  expect(view.dom.querySelector(".comment-present")?.textContent).toBe("first")
})

test("a mark beyond the text is left out until the text is there", () => {
  showMarks(view, [mark("a", 15, 99), mark("b", 0, 5), mark("c", 3, 3)])

  expect(marked()).toEqual(["first"])
})

test("a press on the mark opens its thread, and the inner one of two", () => {
  showMarks(view, [mark("outer", 0, 9), mark("inner", 0, 5)])
  const inner = [...view.dom.querySelectorAll("[data-thread=inner]")].at(0)
  inner?.dispatchEvent(new MouseEvent("click", { bubbles: true }))

  expect(opened).toHaveBeenCalledWith("inner")
})
