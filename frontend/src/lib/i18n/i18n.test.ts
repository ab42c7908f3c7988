import { afterEach, expect, test } from "vitest"

import { en } from "./en"
import { speak, words } from "./index"
import { ja } from "./ja"

type Entry = [path: string, value: unknown]

function entries(dictionary: object, path = ""): Entry[] {
  return Object.entries(dictionary).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value ? entries(value, `${path}${key}.`) : [[`${path}${key}`, value] as Entry],
  )
}

afterEach(() => speak("en"))

test("every dictionary says the same things", () => {
  const kinds = (dictionary: object) => entries(dictionary).map(([path, value]) => `${path}: ${typeof value}`)

  expect(kinds(ja)).toEqual(kinds(en))
})

const UNTRANSLATED = ["dialogs.ok", "runtime.memory"]

test.each(entries(ja).filter(([path]) => !UNTRANSLATED.includes(path)))("%s is in Japanese", (_, value) => {
  const said = typeof value === "function" ? String((value as (given: string) => string)("1")) : String(value)

  expect(said).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]|^OK$/)
})

test("the page speaks the language that the platform chose", async () => {
  await speak("ja")
  expect(words.menu.file).toBe("ファイル")
  await speak("ja-JP")
  expect(words.menu.file).toBe("ファイル")
  await speak("fr")
  expect(words.menu.file).toBe("File")
})
