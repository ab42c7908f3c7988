import { afterEach, expect, test, vi } from "vitest"

import { ConnectionLost, Refused } from "./frames"
import { get } from "./http"

afterEach(() => vi.unstubAllGlobals())

function platformAnswers(status: number, body: unknown, type = "application/json"): void {
  const content = typeof body === "string" ? body : JSON.stringify(body)
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(content, { status, headers: { "Content-Type": type } })))
}

test("what the platform says of a failure is said, with the support id", async () => {
  platformAnswers(500, { code: "server-error", message: "Something went wrong on our side.", support: "ab12cd34" })
  await expect(get("/")).rejects.toEqual(new Refused("500", "Something went wrong on our side. Support id: ab12cd34."))
})

test("a refusal without a support id is only its sentence", async () => {
  platformAnswers(422, { code: "no-name", message: "A notebook needs a name." })
  await expect(get("/")).rejects.toEqual(new Refused("422", "A notebook needs a name."))
})

test("a failure that is not the platform's own becomes a sentence too", async () => {
  platformAnswers(502, "<h1>Bad gateway</h1>", "text/html")
  await expect(get("/")).rejects.toThrow("The platform has a problem.")
})

test("a platform that does not answer is out of reach", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")))
  await expect(get("/")).rejects.toBeInstanceOf(ConnectionLost)
})
