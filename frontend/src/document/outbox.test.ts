import { beforeEach, expect, test } from "vitest"
import * as Y from "yjs"

import { GATHERED, LARGEST_UPDATE, Outbox, type Edit } from "./outbox"

let outbox: Outbox
let doc: Y.Doc

beforeEach(() => {
  outbox = new Outbox()
  doc = new Y.Doc()
})

function edit(text: string): Edit {
  const before = Y.encodeStateVector(doc)
  doc.getText("t").insert(doc.getText("t").length, text)
  return { update: Y.encodeStateAsUpdate(doc, before), kept: Promise.resolve(undefined) }
}

function textOf(...updates: (Uint8Array | undefined)[]): string {
  const other = new Y.Doc()
  for (const update of updates) if (update) Y.applyUpdate(other, update)
  return other.getText("t").toString()
}

test("an edit is saved when its frame is acknowledged, not when it is sent", () => {
  const hello = edit("hello")
  outbox.add(hello)
  expect(outbox.next()).toEqual(hello.update)
  expect(outbox.isEmpty).toBe(false)

  expect(outbox.acknowledge(1)).toEqual([hello])
  expect(outbox.isEmpty).toBe(true)
})

test("while frames are under way, further edits gather in one", () => {
  const sent = ["a", "b", "c", "d"].map((text) => {
    outbox.add(edit(text))
    return outbox.next()
  })
  for (const text of ["e", "f"]) outbox.add(edit(text))
  expect(outbox.next()).toBeUndefined()
  outbox.acknowledge(1)

  const gathered = outbox.next()
  expect(outbox.next()).toBeUndefined()
  expect(textOf(...sent, gathered)).toBe("abcdef")
})

test("one acknowledgement covers all frames up to its number", () => {
  for (const text of ["a", "b", "c"]) {
    outbox.add(edit(text))
    outbox.next()
  }

  expect(outbox.acknowledge(2)).toHaveLength(2)
  expect(outbox.isEmpty).toBe(false)
})

test("after a break all that was not acknowledged travels again, counted from one", () => {
  const first = edit("a")
  outbox.add(first)
  outbox.next()
  outbox.acknowledge(1)
  outbox.add(edit("b"))
  outbox.next()
  outbox.add(edit("c"))
  outbox.reconnected()

  expect(textOf(first.update, outbox.next())).toBe("abc")
  expect(outbox.acknowledge(1)).toHaveLength(2)
  expect(outbox.isEmpty).toBe(true)
})

test("an answer to the platform's question carries everything", () => {
  outbox.add(edit("a"))
  outbox.answered()

  expect(outbox.next()).toBeUndefined()
  expect(outbox.acknowledge(1)).toHaveLength(1)
})

test("what the platform has already needs no frame", () => {
  const kept = edit("a")
  outbox.add(kept)
  outbox.next()
  outbox.reconnected()

  expect(outbox.settled()).toEqual([kept])
  expect(outbox.isEmpty).toBe(true)
})

test("edits gather only up to a size that travels well", () => {
  const half = "x".repeat(GATHERED / 2)
  const [first, second, third] = [edit(half), edit(half), edit("end")]
  for (const one of [first, second, third]) outbox.add(one)

  expect(outbox.next()).toBe(first.update)
  expect(textOf(first.update, outbox.next())).toBe(`${half}${half}end`)
})

test("an edit that no frame can carry is refused here", () => {
  outbox.add(edit("x".repeat(LARGEST_UPDATE)))

  expect(outbox.next()).toBeUndefined()
  expect(outbox.hasRefused).toBe(true)
})

test("a refused frame is not saved, and offered again by the next connection", () => {
  const bad = edit("a")
  outbox.add(bad)
  outbox.next()
  outbox.refuse(1)
  outbox.acknowledge(1)
  expect(outbox.isEmpty).toBe(false)
  expect(outbox.hasRefused).toBe(true)

  outbox.reconnected()
  expect(outbox.hasRefused).toBe(false)
  expect(outbox.next()).toEqual(bad.update)
})

test("an answer carries what was refused before, too", () => {
  const [first, second] = [edit("a"), edit("b")]
  outbox.add(first)
  outbox.next()
  outbox.refuse(1)
  outbox.add(second)
  expect(outbox.next()).toBeUndefined()
  outbox.answered()
  expect(outbox.hasRefused).toBe(false)

  expect(outbox.acknowledge(2)).toEqual([first, second])
  expect(outbox.isEmpty).toBe(true)
})

test("an edit whose frame is refused is safe in a later answer", () => {
  const one = edit("a")
  outbox.add(one)
  outbox.next()
  outbox.answered()
  outbox.refuse(1)
  expect(outbox.hasRefused).toBe(false)
  expect(outbox.isEmpty).toBe(false)

  expect(outbox.acknowledge(2)).toEqual([one])
  expect(outbox.isEmpty).toBe(true)
})

test("an edit that was committed before its answer was refused is saved", () => {
  const one = edit("a")
  outbox.add(one)
  outbox.next()
  outbox.answered()

  expect(outbox.acknowledge(1)).toEqual([one])
  outbox.refuse(2)
  expect(outbox.isEmpty).toBe(true)
})

test("a refused answer leaves all that it carried unsaved", () => {
  outbox.add(edit("a"))
  outbox.answered()
  outbox.refuse(1)
  expect(outbox.hasRefused).toBe(true)

  outbox.reconsider()
  expect(outbox.hasRefused).toBe(false)
  expect(outbox.next()).toBeDefined()
})
