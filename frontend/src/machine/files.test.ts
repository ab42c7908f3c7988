import { expect, test } from "vitest"

import { amount } from "../lib/sizes"
import { foldersTo, isBelow, join, MachineFiles, parentOf, shownName } from "./files.svelte"

test.each([
  ["/content", "a", "/content/a"],
  ["/", "usr", "/usr"],
])("%s and %s are %s", (folder, name, path) => {
  expect(join(folder, name)).toBe(path)
  expect(parentOf(path)).toBe(folder)
})

test("a sibling that begins alike is not below", () => {
  expect([isBelow("/content-2/a", "/content"), isBelow("/content/a", "/content"), isBelow("/x", "/")]).toEqual([
    false,
    true,
    true,
  ])
})

test("the folders on the way", () => {
  expect(foldersTo("/content", "/content/a/b")).toEqual(["/content/a", "/content/a/b"])
  expect(foldersTo("/content", "/usr")).toEqual([])
})

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1536, "1.5 KB"],
  [107 * 2 ** 30, "107 GB"],
])("%d bytes are %s", (bytes, said) => {
  expect(amount(bytes)).toBe(said)
})

test("a name cannot pretend to be another", () => {
  expect(shownName("a\u202egnp.exe")).toBe("a\ufffdgnp.exe")
  expect(shownName("a\nb\u001b[31m")).toBe("a␊b␛[31m")
  expect(shownName("データ.csv")).toBe("データ.csv")
})

test("the tree opens on the way to the folder that code went to", async () => {
  const asked: string[] = []
  const files = new MachineFiles({
    request: (request) => {
      if ("path" in request) asked.push(request.path)
      return Promise.resolve({ entries: [], count: 0, writable: true })
    },
    stream: () => {
      throw new Error("No stream is needed.")
    },
    address: (path) => path,
    report: () => undefined,
  })
  await files.follow("/content")
  expect(asked).toEqual([]) // where it was when the page first looked
  await files.follow("/content/a/b")
  expect([...files.opened]).toEqual(["/content/a", "/content/a/b"])
  await files.follow("/usr/lib")
  expect(files.root).toBe("/")
})
