import { beforeEach, expect, test, vi } from "vitest"

import { Cells } from "../document/cells.svelte"
import { NotebookDocument } from "../document/document"
import { Chunks } from "./chunks.svelte"
import { Selection } from "./selection.svelte"

let notebook: NotebookDocument
let selection: Selection
let chunks: Chunks

beforeEach(() => {
  notebook = new NotebookDocument()
  selection = new Selection()
  chunks = new Chunks(new Cells(notebook), selection)
})

function write(count: number): string[] {
  const ids: string[] = []
  notebook.doc.transact(() => {
    for (let number = 0; number < count; number += 1) ids.push(notebook.insert(number, { type: "code", source: "" }))
  })
  return ids
}

/** Which piece each cell is in. */
function homes(): Map<string, number> {
  return new Map(chunks.list.flatMap(({ key, cells }) => cells.map(({ id }) => [id, key] as const)))
}

function together(): string[] {
  return chunks.list.flatMap(({ cells }) => cells.map(({ id }) => id))
}

function whoMoved(before: ReadonlyMap<string, number>): string[] {
  const after = homes()
  return [...before].filter(([id, key]) => after.get(id) !== key).map(([id]) => id)
}

test("a small notebook is one piece, always in the page", () => {
  write(200)
  expect(chunks.list).toHaveLength(1)
  expect(chunks.list.map((chunk) => chunks.keeps(chunk))).toEqual([true])
})

test("a large one is many, each cell in one of them, in order", () => {
  const ids = write(1_000)
  expect(together()).toEqual(ids)
  expect(chunks.list).toHaveLength(25)
  expect(chunks.list.map(({ start }) => start)).toEqual(Array.from({ length: 25 }, (_, n) => n * 40))
  expect(chunks.list.some((chunk) => chunks.keeps(chunk))).toBe(false)
})

test("a piece keeps its cells when one comes, goes or moves", () => {
  const ids = write(400)
  const before = homes()
  notebook.insert(45, { type: "code", source: "" })
  expect(whoMoved(before)).toEqual([])
  notebook.delete([ids[40] ?? ""])
  before.delete(ids[40] ?? "")
  expect(whoMoved(before)).toEqual([])
  notebook.move(ids[200] ?? "", 20)
  expect(whoMoved(before)).toEqual([ids[200]])
  notebook.move(ids[300] ?? "", 399)
  expect(whoMoved(before).length).toBeLessThan(3)
  expect(together()).toEqual(notebook.ordered().map(([id]) => id))
})

test("a piece that grows is cut, and its neighbours stay as they are", () => {
  const ids = write(400)
  const before = homes()
  for (let number = 0; number < 100; number += 1) notebook.insert(10, { type: "code", source: "" })
  expect(Math.max(...chunks.list.map(({ cells }) => cells.length))).toBeLessThanOrEqual(80)
  expect(whoMoved(before).every((id) => ids.indexOf(id) < 40)).toBe(true)
  expect(new Set(chunks.list.map(({ key }) => key)).size).toBe(chunks.list.length)
})

test("what somebody is in or is led to is in the page", async () => {
  const ids = write(400)
  selection.select(ids[250])
  const kept = (): number[] => chunks.list.flatMap((chunk, at) => (chunks.keeps(chunk) ? [at] : []))
  expect(kept()).toEqual([6])
  vi.stubGlobal("CSS", { escape: String })
  await chunks.element(ids[0] ?? "")
  expect(kept()).toEqual([0, 6])
  chunks.isWhole = true
  expect(kept()).toHaveLength(10)
})

test("a notebook that shrinks is one piece again only when it is clearly small", () => {
  const ids = write(210)
  expect(chunks.list).toHaveLength(6)
  notebook.delete(ids.slice(0, 50))
  expect(chunks.list.length).toBeGreaterThan(1)
  notebook.delete(ids.slice(50, 120))
  expect(chunks.list).toHaveLength(1)
})
