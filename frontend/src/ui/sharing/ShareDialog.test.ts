import { flushSync, mount, unmount } from "svelte"
import { afterEach, beforeEach, expect, test, vi } from "vitest"

import type { Page } from "../../editor/page.svelte"
import { speak } from "../../lib/i18n"
import ShareDialog from "./ShareDialog.svelte"
import type { Summary } from "./sharing.svelte"

const page = {
  name: "Untitled0.ipynb",
  boot: { notebook: { id: "n", name: "" }, user: { id: 7, name: "Ada", email: "ada@example.org" }, csrf: "token" },
} as unknown as Page
const ada = person(null, "ada@example.org", "Ada", "owner")
const bob = person(3, "bob@example.org", "Bob", "editor")
const mine: Summary = {
  role: "owner",
  may_share: true,
  may_editors_share: true,
  owner: "Ada",
  people: [ada, bob],
  groups: [],
  offered_groups: [],
  scope: "restricted",
  general_role: "viewer",
  organization: null,
  organizations: [{ id: 5, name: "Lab" }],
  link: "https://tomoni.example/notebooks/n",
}

function person(id: number | null, email: string, name: string, role: Summary["role"]): Summary["people"][number] {
  return { id, email, name, color: "#137333", role, expires: null, has_expired: false, has_opened: true }
}

let shown: Record<string, unknown>
let summary: Summary
let asked: [method: string, path: string, body: unknown][]
let refusal: string | undefined
const close = vi.fn()

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true
  }
  asked = []
  refusal = undefined
  close.mockClear()
  vi.stubGlobal("fetch", (path: string, { method = "GET", body }: { method?: string; body?: string }) => {
    if (method === "GET") return Promise.resolve(Response.json(summary))
    asked.push([method, path.replace("/api/notebooks/n/sharing", ""), JSON.parse(body ?? "{}")])
    const answer = refusal ? Response.json({ message: refusal }, { status: 422 }) : new Response(null, { status: 204 })
    return Promise.resolve(answer)
  })
})

afterEach(async () => {
  void unmount(shown)
  vi.unstubAllGlobals()
  await speak("en")
})

async function open(given: Partial<Summary> = {}): Promise<void> {
  summary = { ...mine, ...given }
  shown = mount(ShareDialog, { target: document.body, props: { page, close } })
  await settled()
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  await new Promise((resolve) => setTimeout(resolve))
  flushSync()
}

function labelled<T extends HTMLElement>(name: string): T | null {
  return document.querySelector<T>(`[aria-label="${name}"]`)
}

function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].find(
    ({ textContent, ariaLabel }) => textContent?.trim() === name || ariaLabel === name,
  )
  if (!found) throw new Error(`There is no button ${name}.`)
  return found
}

async function choose(select: HTMLSelectElement | null, value: string): Promise<void> {
  if (!select) throw new Error("There is no such choice.")
  select.value = value
  select.dispatchEvent(new Event("change", { bubbles: true }))
  await settled()
}

function write(name: string, text: string): void {
  const input = labelled<HTMLTextAreaElement>(name)
  if (!input) throw new Error(`There is no ${name}.`)
  input.value = text
  input.dispatchEvent(new Event("input", { bubbles: true }))
  flushSync()
}

const general = (): HTMLSelectElement | null => document.querySelector("select:has(option[value=link])")

test("it lists who has access, and says what is shared and what is not", async () => {
  await open()

  const rows = [...document.querySelectorAll("li")].map(({ textContent }) => textContent?.replace(/\s+/g, " "))
  expect(rows[0]).toContain("Ada (you)")
  expect(rows[1]).toContain("bob@example.org")
  expect(document.body.textContent).toContain("The machine with its files and variables is not")
})

test("addresses that are still in the form are invited before it closes", async () => {
  await open()
  write("Add people by email", "x@example.org, y@example.org")
  write("Message", "Look")
  await choose(labelled("Role"), "viewer")
  button("Done").click()
  await settled()

  const body = { emails: ["x@example.org", "y@example.org"], role: "viewer", expires: null, notify: true, note: "Look" }
  expect(asked).toEqual([["POST", "/people", body]])
  expect(close).toHaveBeenCalledOnce()
})

test("an address that is refused stays in the form, which stays open", async () => {
  await open()
  refusal = "“x” is not an email address."
  write("Add people by email", "x")
  button("Done").click()
  await settled()

  expect(close).not.toHaveBeenCalled()
  expect(document.querySelector("[role=alert]")?.textContent).toBe(refusal)
  expect(labelled<HTMLTextAreaElement>("Add people by email")?.value).toBe("x")
})

test("a role that could not be changed is shown as it still is", async () => {
  await open()
  refusal = "Not now."
  await choose(labelled("Bob"), "viewer")

  expect(asked).toEqual([["PATCH", "/people/3", { role: "viewer", expires: null }]])
  expect(labelled<HTMLSelectElement>("Bob")?.value).toBe("editor")
})

test("it can be opened to an organization, and to anyone with the link", async () => {
  await open()
  await choose(general(), "organization 5")
  await choose(general(), "link")

  expect(asked.map(([, , body]) => body)).toEqual([
    { scope: "organization", role: "viewer", organization: 5 },
    { scope: "link", role: "viewer", organization: null },
  ])
})

test("giving the notebook away and stopping to share ask first", async () => {
  await open()
  button("More for Bob").click()
  flushSync()
  button("Transfer ownership").click()
  flushSync()
  expect(document.querySelector("[role=alertdialog]")?.textContent).toContain("Make Bob the owner?")
  button("Cancel").click()
  flushSync()
  button("Stop sharing").click()
  flushSync()
  expect(asked).toEqual([])
  button("Stop sharing with everyone").click()
  await settled()

  expect(asked).toEqual([["DELETE", "", {}]])
})

test.each([
  ["en", "Ada owns this notebook", "Done"],
  ["ja", "オーナーは Ada さんです", "完了"],
])("who may not share sees how it is shared and can copy the link, in %s", async (locale, sentence, done) => {
  await speak(locale)
  await open({ role: "viewer", may_share: false, people: [], organizations: [] })

  expect(document.body.textContent).toContain(sentence)
  expect(document.querySelectorAll("select, textarea")).toHaveLength(0)
  button(done).click()
  await settled()
  expect(close).toHaveBeenCalledOnce()
})

test("a group is added, gets another role, and is taken out", async () => {
  const group = { id: 4, name: "Class 1", organization: "Lab", grant: 9, role: "viewer" as const, people: 12 }
  await open({ offered_groups: [group, { id: 6, name: "Class 2", organization: "Lab" }], groups: [group] })

  expect(document.body.textContent).toContain("12 members")
  expect([...(labelled("Add a group")?.querySelectorAll("option") ?? [])]).toHaveLength(2)
  await choose(labelled("Add a group"), "6")
  await choose(labelled("Class 1"), "editor")
  button("Remove access of Class 1").click()
  await settled()

  expect(asked).toEqual([
    ["POST", "/groups", { group: 6, role: "viewer" }],
    ["PATCH", "/groups/9", { role: "editor" }],
    ["DELETE", "/groups/9", {}],
  ])
})
