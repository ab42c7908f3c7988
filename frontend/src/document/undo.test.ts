import { beforeEach, describe, expect, test } from "vitest"
import * as Y from "yjs"

import { NotebookDocument, sourceOf } from "./document"
import { textDiff } from "./textDiff"
import type { Place } from "./undo"

let ada: NotebookDocument
let bob: NotebookDocument

beforeEach(() => {
  ada = new NotebookDocument()
  bob = new NotebookDocument()
})

function type(document: NotebookDocument, id: string, text: string, at = 0, kind = "input"): void {
  const cell = document.cell(id)
  if (cell) document.undo.typing(id, kind, () => sourceOf(cell).insert(at, text))
}

function texts(document: NotebookDocument): string[] {
  return document.ordered().map(([, cell]) => sourceOf(cell).toString())
}

function meet(): void {
  Y.applyUpdate(bob.doc, Y.encodeStateAsUpdate(ada.doc, Y.encodeStateVector(bob.doc)), "platform")
  Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(bob.doc, Y.encodeStateVector(ada.doc)), "platform")
}

/** Undo to the end: what the notebook says after each step, and where each was. */
function undoAll(document: NotebookDocument): { texts: string[]; place: Place }[] {
  const steps = []
  for (let place = document.undo.undo(); place; place = document.undo.undo()) {
    meet()
    steps.push({ texts: texts(document), place })
  }
  return steps
}

test("steps are taken back in the order of their making, across cells, whatever others did meanwhile", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((source, at) => bob.insert(at, { type: "code", source })) as string[]
  meet()
  type(ada, a ?? "", "A")
  type(ada, b ?? "", "B")
  ada.delete([c ?? ""])
  ada.move(d ?? "", 0)
  meet()
  type(bob, a ?? "", "<his>", 2)
  meet()
  expect(texts(ada)).toEqual(["d", "Aa<his>", "Bb"])

  expect(undoAll(ada)).toEqual([
    { texts: ["Aa<his>", "Bb", "d"], place: { cell: d } },
    { texts: ["Aa<his>", "Bb", "c", "d"], place: { cell: c } },
    { texts: ["Aa<his>", "b", "c", "d"], place: { cell: b, at: 0 } },
    { texts: ["a<his>", "b", "c", "d"], place: { cell: a, at: 0 } },
  ])
  for (let step = 0; step < 4; step += 1) expect(ada.undo.redo()).toBeDefined()
  meet()
  expect(texts(bob)).toEqual(["d", "Aa<his>", "Bb"])
})

test("a deleted cell comes back with what others typed in it, and with its results", () => {
  const cell = ada.insert(0, { type: "code", source: "mine" })
  meet()
  type(bob, cell, "his ")
  bob.show(cell, "run-1")
  meet()
  ada.delete([cell])
  ada.undo.undo()
  meet()

  expect(texts(bob)).toEqual(["his mine"])
  expect(bob.cell(cell)?.get("execution")).toBe("run-1")
})

describe("my making of a cell in which somebody else wrote", () => {
  test("is not undone, only what I wrote in it", () => {
    const cell = ada.insert(0, { type: "code", source: "mine" })
    meet()
    type(bob, cell, "his ")
    meet()
    while (ada.undo.undo()) meet()

    expect(texts(ada)).toEqual(["his "])
    expect(texts(bob)).toEqual(["his "])
    expect(bob.cell(cell)?.get("pos")).toBeTruthy()
  })

  test("is undone when nothing of theirs is left", () => {
    const cell = ada.insert(0, { type: "code", source: "mine" })
    meet()
    type(bob, cell, "his ")
    bob.undo.undo()
    meet()
    ada.undo.undo()

    expect(texts(ada)).toEqual([])
  })

  test("does not keep a deletion from being done again", () => {
    const cell = ada.insert(0, { type: "code", source: "mine" })
    meet()
    type(bob, cell, "his ")
    meet()
    ada.delete([cell])
    ada.undo.undo()
    ada.undo.redo()
    meet()

    expect(texts(bob)).toEqual([])
  })
})

test("what others deleted is passed over", () => {
  const [a = "", b = ""] = ["a", "b"].map((source, at) => bob.insert(at, { type: "code", source }))
  meet()
  type(ada, a, "A")
  type(ada, b, "B")
  meet()
  bob.delete([b])
  meet()

  expect(ada.undo.undo()).toEqual({ cell: a, at: 0 })
  expect(texts(ada)).toEqual(["a"])
  expect(ada.undo.undo()).toBeUndefined()
})

test("typing is one step until the cell or the kind of typing changes", () => {
  const [a = "", b = ""] = ["", ""].map((source, at) => bob.insert(at, { type: "code", source }))
  meet()
  for (const letter of "olleh") type(ada, a, letter)
  type(ada, a, "pasted ", 0, "paste")
  type(ada, b, "there")
  type(ada, a, "back ")

  expect(undoAll(ada).map((step) => step.texts.toSorted())).toEqual([
    ["pasted hello", "there"],
    ["", "pasted hello"],
    ["", "hello"],
    ["", ""],
  ])
})

test("a rewritten cell keeps what did not change, and what others type in it meanwhile", () => {
  const cell = ada.insert(0, { type: "code", source: "one = 1\ntwo = 2\nthree = 3" })
  meet()
  ada.rewrite(cell, textDiff(texts(ada)[0] ?? "", "one = 1\nTWO = 2\nthree = 3\nfour = 4"))
  type(bob, cell, "# his\n")
  meet()

  expect(texts(ada)).toEqual(["# his\none = 1\nTWO = 2\nthree = 3\nfour = 4"])
  ada.undo.undo()
  expect(texts(ada)).toEqual(["# his\none = 1\ntwo = 2\nthree = 3"])
})
