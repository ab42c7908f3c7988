import { afterEach, beforeEach, expect, test, vi } from "vitest"

import { FakeSocket } from "../testing/fakeSocket"
import { RuntimeClient } from "./client.svelte"

const events = {
  kind: () => "big",
  kernel: () => ({ kernel: "ir", language: "R" }),
  execution: vi.fn(),
  refusedRun: vi.fn(),
  asked: vi.fn(),
  droppedComm: vi.fn(),
  refused: vi.fn(),
  changed: vi.fn(),
}
const machine = {
  id: "m",
  state: "ready",
  reason: "",
  type: "python",
  kernel: "idle",
  generation: 1,
  session: "s",
  deadline: null,
}
const run = (execution: string) => ({ execution, code: "1", cell: "c" })

let client: RuntimeClient

beforeEach(() => {
  FakeSocket.install()
  client = new RuntimeClient("ws://here", events)
})

afterEach(() => {
  client.close()
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

function status(changes: Record<string, unknown> | null, link = true): void {
  FakeSocket.last.say({ type: "status", runtime: changes && { ...machine, ...changes }, link })
}

function answer(type: string, reply: object = { type: "ok" }): void {
  FakeSocket.last.say({ ...reply, id: FakeSocket.last.asked(type)?.["id"] })
}

test.each([
  [{ state: "requested", kernel: "" }, true, "waiting"],
  [{ state: "starting", kernel: "" }, true, "connecting"],
  [{ kernel: "starting" }, true, "connecting"],
  [{}, true, "connected"],
  [{ kernel: "busy" }, true, "busy"],
  [{}, false, "reconnecting"],
  [{ kernel: "dead" }, true, "disconnected"],
  [{ state: "stopping" }, true, "disconnected"],
  [{ state: "gone" }, true, "disconnected"],
  [null, true, "none"],
])("a machine that is %o with link %s is %s", (changes, link, expected) => {
  FakeSocket.last.accept()
  status(changes, link)

  expect(client.status).toBe(expected)
})

test("without the socket a live machine is out of reach", () => {
  FakeSocket.last.accept()
  status({})
  FakeSocket.last.drop()

  expect(client.status).toBe("reconnecting")
})

test("a machine that was there and is not any more is disconnected", () => {
  FakeSocket.last.accept()
  status({})
  status(null)

  expect(client.status).toBe("disconnected")
  expect(events.changed).toHaveBeenLastCalledWith(machine, { ...machine, state: "gone" })
})

test("runs pressed before there is a connection are sent in order when it opens", () => {
  void client.run([run("1"), run("2")])
  expect(client.status).toBe("waiting")
  FakeSocket.last.accept()

  expect(FakeSocket.last.texts.map(({ execution }) => execution)).toEqual(["1", "2"])
})

test("a run whose answer was lost is sent again, under the same name", async () => {
  FakeSocket.last.accept()
  void client.run([run("1")])
  FakeSocket.last.drop()
  client.retry()
  await vi.waitFor(() => expect(FakeSocket.opened).toHaveLength(2))
  FakeSocket.last.accept()

  expect(FakeSocket.last.asked("run")).toMatchObject({ execution: "1" })
})

test("a run that was answered is not sent again", async () => {
  FakeSocket.last.accept()
  const running = client.run([run("1")])
  answer("run")
  await running
  FakeSocket.last.drop()
  client.retry()
  FakeSocket.last.accept()

  expect(FakeSocket.last.asked("run")).toBeUndefined()
})

test("a refused run is told with its reason", async () => {
  FakeSocket.last.accept()
  const running = client.run([run("1")])
  answer("run", { type: "refused", code: "quota", message: "You have too many." })
  await running

  expect(events.refusedRun).toHaveBeenCalledWith(run("1"), "You have too many.", "quota")
})

test("a run that the database could not take is asked for again", async () => {
  vi.useFakeTimers()
  FakeSocket.last.accept()
  const running = client.run([run("1")])
  answer("run", { type: "refused", code: "unavailable", message: "The database is away." })
  await running
  vi.advanceTimersByTime(2_000)
  vi.useRealTimers()

  expect(FakeSocket.last.texts.filter(({ type }) => type === "run")).toHaveLength(2)
  expect(events.refusedRun).not.toHaveBeenCalled()
})

test("interrupting drops what was not sent yet", async () => {
  void client.run([run("1")])
  void client.interrupt()
  FakeSocket.last.accept()

  expect(FakeSocket.last.asked("run")).toBeUndefined()
  expect(events.refusedRun).toHaveBeenCalledWith(run("1"), "", "")
})

test("what is run while the session restarts is for the new one", async () => {
  FakeSocket.last.accept()
  status({})
  const restarting = client.restart()
  void client.run([run("1")])
  await Promise.resolve()
  expect(FakeSocket.last.asked("restart")).toMatchObject({ kernel: "ir", language: "R" })
  expect(FakeSocket.last.asked("run")).toBeUndefined()

  answer("restart")
  expect(await restarting).toBe(true)

  await vi.waitFor(() => expect(FakeSocket.last.asked("run")).toMatchObject({ execution: "1" }))
})

test("connecting waits through a break", () => {
  void client.connect()
  expect(client.status).toBe("waiting")
  FakeSocket.last.accept()

  expect(FakeSocket.last.asked("connect")).toBeDefined()
})

test("asking for a machine that is there already leaves no wish behind", async () => {
  FakeSocket.last.accept()
  status({})
  const connecting = client.connect()
  answer("connect")
  await connecting
  status({ state: "gone" })

  expect(client.status).toBe("disconnected")
})

test("a machine that does not come may be asked for again", () => {
  FakeSocket.last.accept()
  FakeSocket.last.say({ type: "status", runtime: { ...machine, state: "requested" }, link: true, retry: true })
  expect(client.isStuck).toBe(true)
  status({})
  expect(client.isStuck).toBe(false)
})

test("a machine is asked for of the type that the notebook names, by a wish or by a run", () => {
  FakeSocket.last.accept()
  void client.connect()
  void client.run([run("1")])

  const wish = { kind: "big", kernel: "ir", language: "R" }
  expect(FakeSocket.last.asked("connect")).toMatchObject(wish)
  expect(FakeSocket.last.asked("run")).toMatchObject({ execution: "1", ...wish })
})

test("another machine is asked for when the present one is gone, and not before", async () => {
  FakeSocket.last.accept()
  status({})
  const replacing = client.replace()
  answer("reset")
  await replacing
  status({ state: "stopping" })
  expect(FakeSocket.last.asked("connect")).toBeUndefined()
  expect(client.status).toBe("disconnected")
  status({ state: "gone" })

  expect(FakeSocket.last.asked("connect")).toBeDefined()
  expect(client.status).toBe("waiting")
})

test("a machine that is not given back is not replaced", async () => {
  FakeSocket.last.accept()
  status({})
  const replacing = client.replace()
  answer("reset", { type: "refused", code: "unavailable", message: "Not now." })
  await replacing
  status({ state: "gone" })

  expect(FakeSocket.last.asked("connect")).toBeUndefined()
})

test("what the machine uses is remembered for a while, each machine's for itself", () => {
  FakeSocket.last.accept()
  status({})
  for (const memory of [1, 2]) {
    FakeSocket.last.say({ type: "resources", memory, memory_limit: 9, disk: 1, disk_limit: 9 })
  }
  expect(client.samples.map(({ memory }) => memory)).toEqual([1, 2])
  status({ id: "other" })

  expect(client.samples).toEqual([])
})

test("a question of a running cell stays until it is answered", async () => {
  FakeSocket.last.accept()
  FakeSocket.last.say({ type: "input_request", execution: "1", prompt: "Name: ", password: false })
  expect(client.inputs.get("1")?.prompt).toBe("Name: ")
  const answering = client.answerInput("1", "Ada")
  answer("input_reply")
  await answering

  expect(FakeSocket.last.asked("input_reply")).toMatchObject({ execution: "1", value: "Ada" })
  expect(client.inputs.size).toBe(0)
})

test("a question that somebody else's tab answered goes away", () => {
  FakeSocket.last.accept()
  FakeSocket.last.say({ type: "input_request", execution: "1", prompt: "", password: true })
  FakeSocket.last.say({ type: "input_done", execution: "1" })

  expect(client.inputs.size).toBe(0)
})

test("completion asks only a machine that can answer", async () => {
  FakeSocket.last.accept()
  status({ kernel: "dead" })
  expect(await client.complete("x", 1)).toBeNull()
  status({ kernel: "busy" }) // it answers beside the code that it runs
  const completing = client.complete("pri", 3)
  answer("complete", { type: "ok", matches: ["print"], from: 0, to: 3, metadata: {} })

  expect(await completing).toMatchObject({ matches: ["print"], from: 0, to: 3 })
})
