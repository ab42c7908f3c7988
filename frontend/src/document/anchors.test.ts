import { beforeEach, describe, expect, test } from "vitest"
import * as Y from "yjs"

import { anchorTo, findAnchor, findQuote, type Anchor } from "./anchors"
import { NotebookDocument, sourceOf } from "./document"

let ada: NotebookDocument
let bob: NotebookDocument
let cell: string
let anchor: Anchor

function meet(): void {
  Y.applyUpdate(bob.doc, Y.encodeStateAsUpdate(ada.doc), "platform")
  Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(bob.doc), "platform")
}

function source(document: NotebookDocument): Y.Text {
  const map = document.cell(cell)
  if (!map) throw new Error("The cell is not there.")
  return sourceOf(map)
}

/** What the anchor stands for in somebody's copy. */
function marked(document: NotebookDocument): string | undefined {
  const range = findAnchor(source(document), anchor)
  return range && source(document).toString().slice(range.from, range.to)
}

/** Two people with one cell, of which Ada has anchored `piece`. */
function anchored(text: string, piece: string): void {
  ada = new NotebookDocument()
  bob = new NotebookDocument()
  cell = ada.insert(0, { type: "code", source: text })
  const from = text.indexOf(piece)
  anchor = anchorTo(source(ada), { from, to: from + piece.length })
  meet()
}

beforeEach(() => anchored("first = 1\nsecond = first + 1", "second"))

describe("an anchor stays with its text", () => {
  test("when others write before, behind and at its ends", () => {
    const theirs = source(bob)
    theirs.insert(theirs.length, " # behind")
    theirs.insert(16, "_at_the_end")
    theirs.insert(10, "at_the_start_")
    theirs.insert(0, "# 前に😀\n")
    meet()

    expect(marked(ada)).toBe("second")
    expect(marked(bob)).toBe("second")
  })

  test("and holds what is written inside it", () => {
    source(bob).insert(13, "ーー😀")
    meet()

    expect(marked(ada)).toBe("secーー😀ond")
  })

  test("when a part of it is deleted, at either end or in the middle", () => {
    source(bob).delete(10, 1)
    source(bob).delete(11, 1)
    source(bob).delete(13, 1)
    meet()

    expect(marked(ada)).toBe("eon")
  })

  test("of Japanese and emoji, counted as the editor counts", () => {
    anchored("# 合計を👩‍🚀計算する𠮷野", "👩‍🚀計算")
    source(bob).insert(2, "🎌の")
    meet()

    expect(marked(ada)).toBe("👩‍🚀計算")
    expect(anchor.quote).toBe("👩‍🚀計算")
  })

  test("when its cell moves and the document is loaded anew", () => {
    bob.insert(0, { type: "markdown", source: "second" })
    bob.move(cell, 0)
    meet()
    bob = new NotebookDocument()
    meet()

    expect(marked(bob)).toBe("second")
  })

  test("to the end of the text and from its beginning", () => {
    anchored("whole", "whole")
    source(bob).insert(5, "!")
    source(bob).insert(0, "the ")
    meet()

    expect(marked(ada)).toBe("whole")
  })
})

describe("an anchor whose text is deleted", () => {
  test("is nowhere, whatever is written in its place", () => {
    source(bob).delete(10, 6)
    source(bob).insert(10, "other")
    meet()

    expect(marked(ada)).toBeUndefined()
    expect(marked(bob)).toBeUndefined()
  })

  test("is there again when its author undoes that, for others too", () => {
    const undo = new Y.UndoManager(source(bob), { trackedOrigins: new Set([null]) })
    source(bob).delete(10, 6)
    meet()
    expect(marked(ada)).toBeUndefined()
    undo.undo()
    meet()

    expect(marked(bob)).toBe("second")
    expect(marked(ada)).toBe("second")
  })

  test("goes along when it is cut and pasted", () => {
    source(bob).delete(10, 6)
    source(bob).insert(0, "second")
    meet()

    expect(marked(ada)).toBe("second")
  })

  test("comes back with its deleted cell", () => {
    ada.delete([cell])
    meet()
    ada.undo.undo()
    meet()

    expect(marked(ada)).toBe("second")
    expect(marked(bob)).toBe("second")
  })

  test("of another cell is not looked for here", () => {
    const other = ada.insert(1, { type: "code", source: "nothing of the kind" })
    cell = other

    expect(marked(ada)).toBeUndefined()
  })
})

describe("words alone", () => {
  test("are found where they stand once", () => {
    expect(findQuote("a = 合計 + 1", "合計 ")).toBeUndefined()
    expect(findQuote("a = 合計額 + 1", "合計額")).toEqual({ from: 4, to: 7 })
  })

  test("are not guessed at when they stand twice, overlap or are few", () => {
    expect(findQuote("again and again", "again")).toBeUndefined()
    expect(findQuote("aaaa", "aaa")).toBeUndefined()
    expect(findQuote("x = 1", "x")).toBeUndefined()
    expect(findQuote("anything", "")).toBeUndefined()
  })
})
