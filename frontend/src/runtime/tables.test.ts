import { expect, test, vi } from "vitest"

import { askCsv, tableOf } from "./tables"

test("CSV is asked for piece by piece, until it is all or enough", async () => {
  const ask = vi.fn((request: { start: number }) =>
    Promise.resolve({ text: `from ${request.start}\n`, next: request.start + 10, count: 25 }),
  )

  expect(await askCsv(ask, { frame: "f" }, { search: "x" }, 100)).toEqual({
    text: "from 0\nfrom 10\nfrom 20\n",
    rows: 30,
    count: 25,
  })
  expect(ask).toHaveBeenLastCalledWith({ type: "variables", do: "csv", frame: "f", search: "x", start: 20 })
  expect(await askCsv(ask, { frame: "f" }, {}, 15)).toMatchObject({ rows: 20, count: 25 })
})

test("a frame that gives nothing more ends it", async () => {
  const ask = vi.fn(() => Promise.resolve({ text: "", next: 0, count: 5 }))
  expect(await askCsv(ask, { name: "f" }, {}, 100)).toEqual({ text: "", rows: 0, count: 5 })
})

test("only an output that names its frame has one", () => {
  const of = (data: object) => tableOf({ output_type: "display_data", data: { ...data }, metadata: {} })
  expect(of({ "application/vnd.tomoni.table+json": { table: "t" } })).toEqual({ frame: "t" })
  expect(of({ "application/vnd.tomoni.table+json": "t" })).toBeNull()
  expect(tableOf({ output_type: "stream", name: "stdout", text: "" })).toBeNull()
})
