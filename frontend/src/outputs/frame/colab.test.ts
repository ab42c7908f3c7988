import { beforeEach, expect, test } from "vitest"

import type { CommFrame } from "../../runtime/comms"
import { Colab } from "./colab"
import type { FrameReport } from "./messages"
import { Pages } from "./pages"

type Ask = Extract<FrameReport, { type: "ask" }>

let asked: Ask[]
let pages: Pages
let colab: Colab

beforeEach(() => {
  asked = []
  pages = new Pages(
    (report) => asked.push(report as Ask),
    () => Promise.resolve(),
  )
  colab = new Colab(pages, document.createElement("main"), () => undefined)
  colab.isAllowed = true
})

/** What the kernel says in the comm that was opened last. */
function says(type: CommFrame["type"], data: CommFrame["data"]): void {
  const question = asked.at(-1)?.question
  if (question?.what !== "comm") throw new Error("nothing was asked of a kernel")
  pages.heard({ type, comm: question.request.comm, target: null, data, metadata: {}, buffers: [] })
}

test("a function of Python is called by its name and gives a display", async () => {
  const result = colab.invoke("add", [1, 2], { slow: true })
  expect(asked[0]?.question).toMatchObject({
    request: { target: "google.colab.invoke", data: { name: "add", args: [1, 2], kwargs: { slow: true } } },
  })
  says("comm_msg", { result: { "application/json": 3 } })
  expect(await result).toEqual({ data: { "application/json": 3 } })
})

test.each([
  [{ error: "ValueError: no" }, "ValueError: no"],
  [{}, "Function not found: add"],
])("a call that ends with %j fails with %j", async (data, sentence) => {
  const result = colab.invoke("add")
  says("comm_close", data)
  await expect(result).rejects.toThrow(sentence)
})

test("without a kernel nothing is asked", async () => {
  colab.isAllowed = false
  await expect(colab.invoke("add")).rejects.toThrow("No kernel")
  expect(asked).toEqual([])
})

test("a call that the page could not pass on fails", async () => {
  const result = colab.invoke("add")
  pages.answered(asked[0]?.id ?? 0, null)
  await expect(result).rejects.toThrow("No kernel")
})

test("outputs go where a script said, for as long as that is there", () => {
  const root = document.createElement("main")
  const area = document.createElement("div")
  document.body.append(root, area)
  const world: Record<string, unknown> = {}
  const own = new Colab(pages, root, () => undefined)
  own.offer(world)
  const { output } = (world["google"] as { colab: { output: { setActiveOutputArea: (area: Element) => void } } }).colab
  output.setActiveOutputArea(area)
  expect(own.area).toBe(area)
  area.remove()
  expect(own.area).toBe(root)
})
