import * as encoding from "lib0/encoding"
import * as sync from "y-protocols/sync"
import { expect, test } from "vitest"
import * as Y from "yjs"

import { readMessage, writeAwareness, writeStep1, writeStep2, writeUpdate } from "./sync"

const doc = new Y.Doc()
doc.getText("t").insert(0, "hello")

test("the messages are those of y-protocols", () => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, 0)
  sync.writeSyncStep1(encoder, doc)

  expect(writeStep1(Y.encodeStateVector(doc))).toEqual(encoding.toUint8Array(encoder))
})

test("what is written is read", () => {
  const update = Y.encodeStateAsUpdate(doc)

  expect(readMessage(writeStep1(update))).toEqual({ kind: "step1", vector: update })
  expect(readMessage(writeStep2(update))).toEqual({ kind: "update", update })
  expect(readMessage(writeUpdate(update))).toEqual({ kind: "update", update })
  expect(readMessage(writeAwareness(update))).toEqual({ kind: "awareness", update })
})

test("a protocol of a newer platform is not taken for an edit", () => {
  expect(readMessage(Uint8Array.of(7, 1, 0))).toEqual({ kind: "unknown" })
  expect(readMessage(Uint8Array.of(0, 9, 0))).toEqual({ kind: "unknown" })
})
