import { beforeEach, describe, expect, test, vi } from "vitest"
import * as Y from "yjs"

import { Cells, type Cell } from "./cells.svelte"
import { executionInfoOf, NotebookDocument, sourceOf } from "./document"

let ada: NotebookDocument
let bob: NotebookDocument

beforeEach(() => {
  ada = new NotebookDocument()
  bob = new NotebookDocument()
})

function write(document: NotebookDocument, ...sources: string[]): string[] {
  return sources.map((source, index) => document.insert(index, { type: "code", source }))
}

function texts(document: NotebookDocument): string[] {
  return document.ordered().map(([, cell]) => sourceOf(cell).toString())
}

function meet(): void {
  Y.applyUpdate(bob.doc, Y.encodeStateAsUpdate(ada.doc), "platform")
  Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(bob.doc), "platform")
}

function type(document: NotebookDocument, id: string, text: string): void {
  const cell = document.cell(id)
  if (cell) sourceOf(cell).insert(0, text)
}

describe("two people", () => {
  test("see the same order after inserting at the same place", () => {
    write(ada, "first", "last")
    meet()
    ada.insert(1, { type: "code", source: "hers" })
    bob.insert(1, { type: "code", source: "his" })
    meet()

    expect(texts(ada)).toEqual(texts(bob))
    expect(texts(ada)).toHaveLength(4)
    expect(texts(ada).at(0)).toBe("first")
    expect(texts(ada).at(-1)).toBe("last")
  })

  test("lose nothing when one moves the cell that the other types in", () => {
    const [one = ""] = write(ada, "a", "b", "c")
    meet()
    ada.move(one, 2)
    type(bob, one, "typed ")
    meet()

    expect(texts(ada)).toEqual(["b", "c", "typed a"])
    expect(texts(bob)).toEqual(texts(ada))
  })

  test("do not double a cell that both move", () => {
    const [one = ""] = write(ada, "a", "b", "c")
    meet()
    ada.move(one, 1)
    bob.move(one, 2)
    meet()

    expect(texts(ada)).toHaveLength(3)
    expect(texts(bob)).toEqual(texts(ada))
  })

  test("undo only their own", () => {
    write(ada, "hers")
    meet()
    const his = bob.insert(1, { type: "code", source: "his" })
    meet()
    ada.undo.undo()
    meet()

    expect(texts(ada)).toEqual(["his"])
    expect(bob.cell(his)).toBeDefined()
  })
})

test("between cells at one position there is still room", () => {
  write(ada, "a", "b")
  const [[, one] = [], [, other] = []] = ada.ordered()
  other?.set("pos", one?.get("pos"))
  const before = texts(ada)
  ada.insert(1, { type: "code", source: "between" })

  expect(texts(ada)).toEqual([before[0], "between", before[1]])
})

test("a position that is none does not stop inserting", () => {
  write(ada, "a", "b")
  const [[, one] = []] = ada.ordered()
  one?.set("pos", "!")
  ada.insert(1, { type: "code", source: "new" })

  expect(texts(ada)).toHaveLength(3)
  expect(texts(ada)[1]).toBe("new")
})

test("what is no cell is not shown", () => {
  write(ada, "a")
  ada.cells.set("strange", new Y.Map([["id", "strange"]]))
  ada.cells.set("stranger", "text" as unknown as Y.Map<unknown>)

  expect(texts(ada)).toEqual(["a"])
})

test("a deleted cell comes back with its text", () => {
  const [one = ""] = write(ada, "precious", "b")
  ada.delete([one])
  expect(texts(ada)).toEqual(["b"])
  ada.undo.undo()

  expect(texts(ada)).toEqual(["precious", "b"])
})

test("the run that a cell shows is not undone", () => {
  const [one = ""] = write(ada, "a")
  ada.move(one, 0)
  ada.show(one, "run-1")
  ada.undo.undo()

  expect(ada.cell(one)?.get("execution")).toBe("run-1")
})

describe("the list of cells", () => {
  test("keeps one object a cell while cells move", () => {
    write(ada, "a", "b", "c")
    const cells = new Cells(ada)
    const [first, second, third] = cells.list
    ada.move(first?.id ?? "", 2)

    expect(cells.list).toEqual([second, third, first])
    expect(cells.list[2]).toBe(first)
  })

  test("follows what is typed and run", () => {
    const [one = ""] = write(ada, "a")
    const cells = new Cells(ada)
    type(ada, one, "more ")
    ada.show(one, "run-1")
    ada.changeType([one], "markdown")

    expect(cells.list[0]).toMatchObject({ text: "more a", type: "markdown", execution: undefined })
  })

  test("gives a restored cell its new text to be edited", () => {
    const [one = ""] = write(ada, "a")
    const cells = new Cells(ada)
    const before = cells.list[0]
    ada.delete([one])
    ada.undo.undo()

    expect(cells.list[0]).not.toBe(before)
    cells.list[0]?.source.insert(0, "new ")
    expect(texts(ada)).toEqual(["new a"])
  })

  test("leaves a cell in which a character is composed where it is, until it is let go", () => {
    const [one = ""] = write(ada, "a", "b", "c")
    meet()
    const cells = new Cells(ada)
    const [first] = cells.list
    cells.keepInPlace(first as Cell)
    bob.insert(0, { type: "code", source: "new" })
    meet()
    expect(cells.list.map(({ text }) => text)).toEqual(["new", "a", "b", "c"])
    bob.move(one, 3)
    meet()
    expect(cells.list.map(({ text }) => text)).toEqual(["new", "a", "b", "c"])
    bob.delete([one])
    meet()
    expect(cells.list).toContain(first)
    cells.letGo()

    expect(cells.list.map(({ text }) => text)).toEqual(["new", "b", "c"])
  })

  test("tells of a cell that somebody else deleted, and not of one's own deletions", () => {
    const [one = "", other = ""] = write(ada, "a", "b")
    meet()
    const taken = vi.fn()
    const cells = new Cells(ada, taken)
    const [, second] = cells.list
    bob.delete([other])
    meet()
    ada.delete([one])

    expect(taken.mock.calls).toEqual([[second, 1]])
  })
})

test("outputs are omitted as Colab writes it down, next to what else it knows", () => {
  const document = new NotebookDocument()
  document.meta.set("colab", { provenance: [] })
  document.omitOutputs(true)
  expect(document.meta.get("colab")).toEqual({ provenance: [], private_outputs: true })
  expect(document.omitsOutputs).toBe(true)

  document.omitOutputs(false)
  expect(document.meta.get("colab")).toEqual({ provenance: [] })
  document.meta.set("colab", "nonsense")
  expect(document.omitsOutputs).toBe(false)
})

test.each([
  [
    { timestamp: 5, elapsed: 250, user: { displayName: "E." } },
    { person: "E.", ended: 5, elapsed: 250 },
  ],
  [
    { timestamp: 5, elapsed: 250 },
    { person: "", ended: 5, elapsed: 250 },
  ],
  [{ timestamp: "5", elapsed: 250 }, undefined],
  ["ok", undefined],
])("a file's executionInfo %o is read as %o", (executionInfo, expected) => {
  const id = ada.insert(0, { type: "code", source: "", metadata: { executionInfo } })
  const cell = ada.cell(id)

  expect(cell && executionInfoOf(cell)).toEqual(expected)
})

describe("several cells at once", () => {
  const sources = texts

  test("are put in, moved and taken out as one change each", () => {
    const [a = "", b = "", c = "", d = ""] = write(ada, "a", "b", "c", "d")
    ada.moveAll([d, a], 1)
    expect(sources(ada)).toEqual(["b", "d", "a", "c"])
    ada.insertAll(1, [
      { type: "code", source: "x" },
      { type: "markdown", source: "y", attachments: { "a.png": { "image/png": "QQ==" } } },
    ])
    expect(sources(ada)).toEqual(["b", "x", "y", "d", "a", "c"])
    ada.delete([b, c])
    expect(sources(ada)).toEqual(["x", "y", "d", "a"])
    for (const left of ["b x y d a c", "b d a c", "a b c d"]) {
      ada.undo.undo()
      expect(sources(ada).join(" ")).toBe(left)
    }
  })

  test("become one cell with the attachments of all, and are two again", () => {
    const png = { "image/png": "QQ==" }
    const [one = "", two = ""] = ada.insertAll(0, [
      { type: "markdown", source: "one", attachments: { "a.png": png } },
      { type: "markdown", source: "two", attachments: { "b.png": png } },
    ])
    ada.merge([one, two])
    expect(sources(ada)).toEqual(["one\n\ntwo"])
    expect(ada.content(one)?.attachments).toEqual({ "a.png": png, "b.png": png })
    ada.undo.undo()
    expect(sources(ada)).toEqual(["one", "two"])
    expect(ada.content(one)?.attachments).toEqual({ "a.png": png })
  })

  test("come of one that is split; the line break at the place goes", () => {
    const [id = ""] = ada.insertAll(0, [{ type: "code", source: "a = 1\nb = 2", metadata: { id: "x", tags: ["t"] } }])
    const made = ada.split(id, 6)
    expect(sources(ada)).toEqual(["a = 1", "b = 2"])
    expect(ada.content(made ?? "")?.metadata).toEqual({ tags: ["t"] })
    ada.undo.undo()
    expect(sources(ada)).toEqual(["a = 1\nb = 2"])
    ada.split(id, 5)
    expect(sources(ada)).toEqual(["a = 1", "b = 2"])
  })
})
