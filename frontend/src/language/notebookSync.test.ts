import { expect, test } from "vitest"

import { NotebookSync, offsetOf, positionOf, type CellText } from "./notebookSync"

const cell = (id: string, text = id): CellText => ({ id, text })
const ids = (sync: NotebookSync) => sync.cells.map(({ id }) => id).join("")

/** What a server that follows the changes has in the end. */
class Server {
  cells: { uri: string; text: string }[] = []
  readonly sync = new NotebookSync("/content")

  constructor(cells: readonly CellText[]) {
    const { cellTextDocuments } = this.sync.open(cells) as { cellTextDocuments: { uri: string; text: string }[] }
    this.cells = cellTextDocuments.map(({ uri, text }) => ({ uri, text }))
  }

  update(cells: readonly CellText[]): unknown {
    const said = this.sync.change(cells) as
      | {
          change: {
            cells: {
              structure?: {
                array: { start: number; deleteCount: number; cells: { document: string }[] }
                didOpen: { uri: string; text: string }[]
                didClose: { uri: string }[]
              }
              textContent?: { document: { uri: string }; changes: { text: string }[] }[]
            }
          }
        }
      | undefined
    const { structure, textContent = [] } = said?.change.cells ?? {}
    if (structure) {
      const { start, deleteCount, cells: places } = structure.array
      const opened = places.map(({ document }) => structure.didOpen.find(({ uri }) => uri === document))
      const gone = this.cells.splice(start, deleteCount, ...opened.map((one) => ({ uri: "", text: "", ...one })))
      expect(structure.didClose.map(({ uri }) => uri)).toEqual(gone.map(({ uri }) => uri))
    }
    for (const { document, changes } of textContent) {
      const changed = this.cells.find(({ uri }) => uri === document.uri)
      if (changed) changed.text = changes[0]?.text ?? ""
    }
    return said
  }

  get texts(): string {
    return this.cells.map(({ text }) => text).join(" ")
  }
}

test.each([
  ["nothing", "abc", "abc"],
  ["a new cell", "abc", "abxc"],
  ["a deleted cell", "abc", "ac"],
  ["a moved cell", "abcde", "adbce"],
  ["the other way", "abcde", "bcdae"],
  ["all others", "abc", "xyz"],
  ["none left", "abc", ""],
  ["the first ones", "", "ab"],
])("the server follows %s", (_, before, after) => {
  const server = new Server([...before].map((id) => cell(id)))
  const said = server.update([...after].map((id) => cell(id, `${id}!`)))
  expect(server.texts).toBe([...after].map((id) => `${id}!`).join(" "))
  expect(ids(server.sync)).toBe(after)
  expect(said === undefined).toBe(false)
  expect(server.update([...after].map((id) => cell(id, `${id}!`)))).toBeUndefined()
})

test("a moved cell has an address that no other had", () => {
  const server = new Server([cell("a"), cell("b")])
  const before = new Set(server.sync.cells.map(({ uri }) => uri))
  server.update([cell("b"), cell("a")])
  const now = new Set(server.sync.cells.map(({ uri }) => uri))
  expect(now.size).toBe(2)
  expect([...now].every((uri) => before.has(uri))).toBe(false)
})

test("a text that changes twice has a version each", () => {
  const server = new Server([cell("a"), cell("b")])
  server.update([cell("a", "1"), cell("b")])
  server.update([cell("a", "2"), cell("b")])
  expect(server.sync.cells.map(({ version }) => version)).toEqual([3, 1])
})

test("positions and offsets are the same places, in UTF-16", () => {
  const text = "a = '😀'\nb\n\ncd"
  for (let offset = 0; offset <= text.length; offset += 1) expect(offsetOf(text, positionOf(text, offset))).toBe(offset)
  expect(positionOf(text, 8)).toEqual({ line: 0, character: 8 })
  expect(offsetOf(text, { line: 0, character: 99 })).toBe(8)
  expect(offsetOf(text, { line: 9, character: 0 })).toBe(text.length)
})
