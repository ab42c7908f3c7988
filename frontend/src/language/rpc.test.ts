import { expect, test } from "vitest"

import { pieces, Reader } from "./rpc"

const messages = [
  { id: 1, result: null },
  { method: "said", params: { text: "日本 😀\r\n\r\n" } },
]
const bytes = Uint8Array.from(messages.flatMap((message) => pieces(message).flatMap((piece) => [...piece])))
const read = messages.map((message) => ({ jsonrpc: "2.0", ...message }))

test.each([1, 7, 50, 10_000])("messages are put together from pieces of %i bytes", (size) => {
  const reader = new Reader()
  const found = []
  for (let start = 0; start < bytes.length; start += size) found.push(...reader.take(bytes.slice(start, start + size)))
  expect(found).toEqual(read)
})

test("a large message is cut, so that the machine takes each piece", () => {
  const large = { method: "said", params: "x".repeat(500_000) }
  const cut = pieces(large)
  expect(Math.max(...cut.map((piece) => piece.length))).toBeLessThanOrEqual(256 * 1024)
  const reader = new Reader()
  expect(cut.flatMap((piece) => reader.take(piece))).toEqual([{ jsonrpc: "2.0", ...large }])
})
