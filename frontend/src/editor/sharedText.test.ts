import { EditorState } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import * as Y from "yjs"

import { sharedText } from "./sharedText"

let text: Y.Text
let others: Y.Text
let view: EditorView
const composing = vi.fn()
const rest = vi.fn()

beforeEach(() => {
  vi.useFakeTimers()
  text = new Y.Doc().getText("t")
  others = new Y.Doc().getText("t")
  text.insert(0, "one two")
  exchange()
  const binding = sharedText(text, (_kind, change) => change(), composing, rest)
  const extensions = [EditorState.lineSeparator.of("\n"), binding]
  view = new EditorView({ state: EditorState.create({ doc: text.toString(), extensions }) })
})

afterEach(() => {
  view.destroy()
  vi.useRealTimers()
})

function exchange(): void {
  Y.applyUpdate(others.doc as Y.Doc, Y.encodeStateAsUpdate(text.doc as Y.Doc))
  Y.applyUpdate(text.doc as Y.Doc, Y.encodeStateAsUpdate(others.doc as Y.Doc))
}

function shown(): string {
  return view.state.doc.toString()
}

function type(from: number, insert: string, to = from): void {
  view.dispatch({ changes: { from, to, insert }, userEvent: "input.type" })
}

function compose(): void {
  view.contentDOM.dispatchEvent(new CompositionEvent("compositionstart"))
}

function composed(): void {
  view.contentDOM.dispatchEvent(new CompositionEvent("compositionend"))
  vi.runOnlyPendingTimers()
}

test("what is typed goes into the text, and what others write comes", () => {
  type(3, " and")
  others.insert(0, "# ")
  exchange()

  expect(shown()).toBe("# one and two")
  expect(text.toString()).toBe(shown())
  expect(others.toString()).toBe(shown())
})

test("while an input method composes, what others write waits", () => {
  compose()
  type(4, "に")
  others.insert(0, "# ")
  others.insert(others.length, "!")
  exchange()
  expect(shown()).toBe("one にtwo")
  type(4, "日", 5)
  exchange()
  expect(others.toString()).toBe("# one 日two!")
  composed()

  expect(shown()).toBe("# one 日two!")
  expect(composing.mock.calls).toEqual([[true], [false]])
})

test("what others delete around what is composed leaves it whole", () => {
  compose()
  type(4, "に")
  others.delete(2, 5)
  exchange()
  type(5, "ほ")
  composed()
  exchange()

  expect(shown()).toBe("onにほ")
  expect(others.toString()).toBe(shown())
})

test("any mixture of writing and composing ends the same for all", () => {
  let seed = 1
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below
  for (let round = 0; round < 60; round += 1) {
    compose()
    for (let step = 0; step < 12; step += 1) {
      const mine = random(view.state.doc.length + 1)
      const theirs = random(others.length + 1)
      if (random(2)) type(mine, "m", Math.min(view.state.doc.length, mine + random(3)))
      else others.insert(theirs, "字")
      others.delete(Math.min(theirs, Math.max(0, others.length - 2)), Math.min(2, others.length))
      exchange()
    }
    composed()
    exchange()
    expect(shown()).toBe(others.toString())
  }
})

test("a caret that goes elsewhere is a rest, and typing is none", () => {
  rest.mockClear()
  type(3, " and")
  others.insert(0, "# ")
  exchange()
  expect(rest).not.toHaveBeenCalled()
  view.dispatch({ selection: { anchor: 0 } })
  expect(rest).toHaveBeenCalledOnce()
})

test("a line end of two characters is two characters", () => {
  others.insert(3, "\r\n")
  exchange()
  type(5, "x")
  exchange()

  expect(others.toString()).toBe("one\r\nx two")
  expect(shown()).toBe("one\r\nx two")
})
