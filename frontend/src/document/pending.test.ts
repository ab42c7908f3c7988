import { IDBFactory, IDBKeyRange } from "fake-indexeddb"
import { beforeEach, expect, test, vi } from "vitest"

import { PendingEdits } from "./pending"

let factory: IDBFactory
let pending: PendingEdits

beforeEach(() => {
  vi.stubGlobal("IDBKeyRange", IDBKeyRange)
  factory = new IDBFactory()
  pending = new PendingEdits(factory)
})

const edit = (epoch = 1, notebook = "n") => ({ notebook, epoch, update: Uint8Array.of(1, 2, 3) })
const text = (cell: string, says: string, epoch = 1) => ({ notebook: "n", epoch, cell, type: "code", text: says })

test("what is kept is found by the next page", async () => {
  await pending.keep(edit(), [text("a", "x")])
  await pending.keep(edit(1, "another"), [])

  const { updates, texts } = await new PendingEdits(factory).load("n")
  expect(updates).toHaveLength(1)
  expect([...(updates[0]?.update ?? [])]).toEqual([1, 2, 3])
  expect(texts).toEqual([text("a", "x")])
})

test("a cell's last text replaces its earlier ones", async () => {
  await pending.keep(edit(), [text("a", "x")])
  await pending.keep(edit(), [text("a", "xy")])

  expect((await pending.load("n")).texts).toEqual([text("a", "xy")])
})

test("texts stay as long as any tab has an update that is not acknowledged", async () => {
  const mine = await pending.keep(edit(), [text("a", "x")])
  const otherTab = new PendingEdits(factory)
  const theirs = await otherTab.keep(edit(), [text("b", "y")])

  await pending.forget("n", 1, [mine])
  expect((await pending.load("n")).texts).toHaveLength(2)
  await otherTab.forget("n", 1, [theirs])
  expect(await pending.load("n")).toEqual({ updates: [], texts: [] })
})

test("deciding about one text leaves the others, and those of other epochs", async () => {
  await pending.keep(edit(1), [text("a", "old", 1), text("b", "old too", 1)])
  await pending.keep(edit(2), [text("a", "new", 2)])
  await pending.discard(text("a", "old", 1))
  expect((await pending.load("n")).updates).toHaveLength(2)
  expect((await pending.load("n")).texts).toHaveLength(2)
  await pending.discard(text("b", "old too", 1))

  const { updates, texts } = await pending.load("n")
  expect(updates.map(({ epoch }) => epoch)).toEqual([2])
  expect(texts).toEqual([text("a", "new", 2)])
})

test("edits are moved to a copy with their keys, and nothing else is", async () => {
  const key = await pending.keep(edit(), [text("a", "x")])
  await pending.keep(edit(2), [text("a", "other epoch", 2)])
  await pending.keep(edit(1, "another"), [])
  await pending.move("n", 1, "copy")

  const { updates, texts } = await pending.load("copy")
  expect(updates.map((update) => update.key)).toEqual([key])
  expect(texts).toEqual([{ ...text("a", "x"), notebook: "copy" }])
  expect((await pending.load("n")).updates.map(({ epoch }) => epoch)).toEqual([2])
  expect((await pending.load("n")).texts).toEqual([text("a", "other epoch", 2)])
  expect((await pending.load("another")).updates).toHaveLength(1)
})
