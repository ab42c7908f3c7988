import { afterEach, expect, test, vi } from "vitest"

import type { DisplayOutput, Json, Output } from "../runtime/outputs"
import { frameItem, layOut } from "./frameItems"
import { askedSize, mimeTypes, richestPart } from "./mime"

const display = (data: Record<string, Json>): DisplayOutput => ({ output_type: "display_data", data, metadata: {} })
const stream: Output = { output_type: "stream", name: "stdout", text: "text\n" }
const picture = display({ "image/png": "iVBO" })
const active = display({ "text/html": "<script>1</script>" })
const digest = "ab".repeat(32)

afterEach(() => vi.unstubAllGlobals())

test.each([
  [["text/plain", "text/html"], "text/html"],
  [["image/png", "text/latex", "text/plain"], "text/latex"],
  [["image/png", "image/svg+xml"], "image/svg+xml"],
  [["application/json", "text/plain"], "application/json"],
  [["application/vnd.unknown+json", "text/plain"], "text/plain"],
])("of %j the richest is %s", (types, richest) => {
  expect(richestPart(display(Object.fromEntries(types.map((type) => [type, ""]))))?.mime).toBe(richest)
})

test("an unknown type has no part, and says what it is", () => {
  const output = display({ "application/vnd.unknown+json": {} })
  expect(richestPart(output)).toBeNull()
  expect(mimeTypes(output)).toEqual(["application/vnd.unknown+json"])
})

test("a part that was too big for the socket counts like any other", () => {
  const blob = { sha256: digest, size: 70_000, encoding: "text" as const }
  expect(richestPart({ ...display({ "text/plain": "x" }), blobs: { "image/png": blob } })?.blob).toBe(blob)
})

test.each<[Record<string, Json>, object]>([
  [{ "image/png": { width: 100, height: 50 } }, { width: 100, height: 50 }],
  [{ "image/png": { width: "100", height: 1e9 } }, {}],
  [{ "image/png": null }, {}],
  [{}, {}],
])("of the metadata %j the size %j is taken", (metadata, size) => {
  expect(askedSize(metadata, "image/png")).toEqual(size)
})

test("without scripts there is no frame", () => {
  expect(layOut([stream, picture]).framed).toEqual([])
})

test("all from the first output that needs a frame to the last is in it, in order", () => {
  expect(layOut([stream, active, picture, stream, active, stream])).toEqual({
    before: [stream],
    framed: [active, picture, stream, active],
    after: [stream],
  })
})

test("text in a frame is text, whatever it looks like", async () => {
  const item = await frameItem({ ...stream, text: "<script>1</script>" }, "n")
  expect(item.source).toContain("&lt;script&gt;1&lt;/script&gt;")
  expect(item.source).not.toContain("<script")
})

test("a big picture is carried into the frame", async () => {
  const fetched = vi.fn(async () => new Response(new Uint8Array([1, 2, 3])))
  vi.stubGlobal("fetch", fetched)
  const blobs = { "image/png": { sha256: digest, size: 3, encoding: "text" as const } }

  const item = await frameItem({ ...display({}), blobs }, "n1")

  expect(fetched).toHaveBeenCalledWith(`/api/notebooks/n1/blobs/${digest}?type=image%2Fpng`)
  expect(item.source).toContain("data:image/png;base64,AQID")
})

test("a part that cannot be fetched becomes a sentence", async () => {
  vi.stubGlobal("fetch", async () => new Response("", { status: 404 }))
  const blobs = { "text/html": { sha256: digest, size: 3, encoding: "text" as const } }
  const item = await frameItem({ ...display({}), blobs }, "n1")
  expect(item.source).toContain("could not be fetched")
})
