import { expect, test, vi } from "vitest"

import { Comms, type CommFrame } from "./comms"
import { savedState, toSave } from "./savedWidgets"

const frame = (rest: Partial<CommFrame>): CommFrame => ({
  type: "comm_msg",
  comm: "a",
  target: null,
  data: null,
  metadata: {},
  buffers: [],
  ...rest,
})
const opened = frame({
  type: "comm_open",
  data: { state: { _model_name: "IntSliderModel", value: 1, layout: "IPY_MODEL_b" }, buffer_paths: [] },
})
const layout = frame({
  comm: "b",
  type: "comm_open",
  data: { state: { _model_name: "LayoutModel" }, buffer_paths: [] },
})

test("what was heard of a widget is known, the newest of it and its bytes", async () => {
  const send = vi.fn()
  const comms = new Comms(send)
  comms.hear(opened)
  comms.hear(frame({ data: { method: "update", state: { value: 2 }, buffer_paths: [["image"]] }, buffers: ["YQ=="] }))
  comms.hear(frame({ data: { method: "update", state: {}, buffer_paths: [["image"]] }, buffers: ["Yg=="] }))
  comms.hear(frame({ data: { method: "custom", content: {}, state: { value: 9 } } }))

  expect((await comms.model("a"))?.state["value"]).toBe(2)
  expect(comms.known("a")?.buffers).toEqual([{ path: ["image"], data: "Yg==" }])
  expect(send).not.toHaveBeenCalled()
})

test("the kernel is asked for a widget that nobody here has heard of", async () => {
  const comms: Comms = new Comms(() => Promise.resolve(comms.hear(opened)))
  expect((await comms.model("a"))?.state["value"]).toBe(1)
  expect(await new Comms(() => Promise.reject(new Error("busy"))).model("a")).toBeNull()
})

test("a closed widget and those of another kernel are forgotten", () => {
  const comms = new Comms(vi.fn())
  comms.hear(opened)
  comms.hear(layout)
  comms.hear(frame({ type: "comm_close" }))
  expect([comms.known("a"), comms.known("b")]).toEqual([null, { state: { _model_name: "LayoutModel" }, buffers: [] }])
  comms.forget()
  expect(comms.known("b")).toBeNull()
})

test("a shown widget is saved with all that it consists of, and read again", () => {
  const comms = new Comms(vi.fn())
  comms.hear(opened)
  comms.hear(layout)
  comms.hear(frame({ comm: "unseen", type: "comm_open", data: { state: { _model_name: "X" } } }))
  const saved = toSave(["a"], (model) => comms.known(model), undefined)

  expect(savedState(saved, "a")?.state).toMatchObject({ value: 1, _model_name: "IntSliderModel" })
  expect(savedState(saved, "b")?.state).toMatchObject({ _model_name: "LayoutModel" })
  expect(savedState(saved, "unseen")).toBeNull()
  // Of another kernel: what was saved before stays.
  expect(toSave(["a"], () => null, saved)).toEqual(saved)
})

test("no more is saved than a notebook can take", () => {
  const state = { _model_name: "HTMLModel", value: "x".repeat(300_000) }
  expect(toSave(["a"], () => ({ state, buffers: [] }), undefined)).toBeNull()
})

test.each([null, 1, {}, { "application/vnd.jupyter.widget-state+json": { state: { a: { state: 1 } } } }])(
  "%j holds no state",
  (widgets) => expect(savedState(widgets, "a")).toBeNull(),
)
