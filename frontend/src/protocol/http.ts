/** Calls of the platform's HTTP API; what fails is a sentence for a person. */

import { words } from "../lib/i18n"
import { noteTrouble } from "../lib/trouble"
import { ConnectionLost, Refused } from "./frames"

export async function get(path: string): Promise<Response> {
  return answered(path, fetch(path, { credentials: "same-origin", headers: { Accept: "application/json, */*" } }))
}

type Method = "POST" | "PUT" | "PATCH" | "DELETE"

export async function send(method: Method, path: string, body: unknown, csrf: string): Promise<Response> {
  const isForm = body instanceof FormData
  const headers = { "X-CSRFToken": csrf, ...(isForm ? {} : { "Content-Type": "application/json" }) }
  const content = isForm ? body : JSON.stringify(body)
  return answered(path, fetch(path, { method, credentials: "same-origin", headers, body: content }))
}

async function answered(path: string, call: Promise<Response>): Promise<Response> {
  const response = await call.catch(() => {
    noteTrouble(words.errors.noConnection)
    throw new ConnectionLost(words.errors.noConnection)
  })
  if (response.ok) return response
  noteTrouble(`${response.status} ${path.split("?")[0] ?? path}`, response.headers.get("X-Request-Id"))
  throw new Refused(String(response.status), (await sentenceIn(response)) ?? sentenceFor(response.status))
}

/** The API's own words, where it has some, with what to tell who is asked for help. */
async function sentenceIn(response: Response): Promise<string | undefined> {
  const text = await response.text()
  if (!response.headers.get("Content-Type")?.includes("json")) return undefined
  const body = JSON.parse(text) as { message?: unknown; detail?: unknown; support?: unknown }
  const sentence = [body.message, body.detail].find((said) => typeof said === "string")
  return sentence && typeof body.support === "string" ? `${sentence} ${words.errors.support(body.support)}` : sentence
}

function sentenceFor(status: number): string {
  if (status === 401) return words.errors.signInAgain
  if (status === 403) return words.errors.forbidden
  if (status === 404) return words.errors.notFound
  if (status === 413) return words.errors.tooLarge
  return status >= 500 ? words.errors.serverTrouble : words.errors.unexpected(status)
}
