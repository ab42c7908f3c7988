import { afterEach, expect, test } from "vitest"

import { en } from "./en"
import { refusalSentence, speak, words } from "./index"
import { ja } from "./ja"
import { ownEn } from "../../machine/ownEn"
import { ownJa } from "../../machine/ownJa"
import { panesEn } from "../../machine/panesEn"
import { panesJa } from "../../machine/panesJa"
import { scratchEn } from "../../scratch/scratchEn"
import { scratchJa } from "../../scratch/scratchJa"
import { snippetsEn } from "../../ui/snippetsEn"
import { snippetsJa } from "../../ui/snippetsJa"

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
  expect(kinds(ownJa)).toEqual(kinds(ownEn))
  expect(kinds(panesJa)).toEqual(kinds(panesEn))
  expect(kinds(scratchJa)).toEqual(kinds(scratchEn))
  expect(kinds(snippetsJa)).toEqual(kinds(snippetsEn))
})

// Codes and units are the same in every language.
const UNTRANSLATED = ["dialogs.ok", "runtime.memory", "machines.memoryOf", "secrets.example"]

const japanese = [ja, ownJa, panesJa, scratchJa, snippetsJa].flatMap((dictionary) => entries(dictionary))

test.each(japanese.filter(([path]) => !UNTRANSLATED.includes(path)))("%s is in Japanese", (_, value) => {
  const said = typeof value === "function" ? String((value as (given: string) => string)("1")) : String(value)

  expect(said).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]|^OK$/)
})

test("what a socket refuses is said in Japanese where it can be", async () => {
  expect(refusalSentence("quota", "You have too many.")).toBe("You have too many.")
  await speak("ja")
  expect(refusalSentence("quota", "You have too many.", { limit: 7 })).toContain("7 個のランタイム")
  expect(refusalSentence("no-runtime", "There is none.")).toContain("マシンがありません")
  expect(refusalSentence("of-a-newer-platform", "Not today.")).toBe("Not today.")
})

test("the page speaks the language that the platform chose", async () => {
  await speak("ja")
  expect(words.menu.file).toBe("ファイル")
  await speak("ja-JP")
  expect(words.menu.file).toBe("ファイル")
  await speak("fr")
  expect(words.menu.file).toBe("File")
})
