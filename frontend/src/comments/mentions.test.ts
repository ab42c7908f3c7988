import { expect, test } from "vitest"

import { mentionAt, partsOf } from "./mentions"

const bob = { id: 2, name: "Bob", email: "bob@example.org" }

test("people are named where their address stands", () => {
  expect(partsOf("Ask @Bob@example.org, or\n@bob@example.orgさん", [bob])).toEqual([
    { text: "Ask " },
    { text: "@Bob", person: bob },
    { text: ", or\n" },
    { text: "@Bob", person: bob },
    { text: "さん" },
  ])
})

test("whom the platform did not mention stays an address", () => {
  const text = "@cleo@example.org and mail bob@example.org"

  expect(partsOf(text, [bob])).toEqual([{ text }])
  expect(partsOf("", [])).toEqual([])
})

test.each([
  ["@", 1, { from: 0, start: "" }],
  ["see @bo", 7, { from: 4, start: "bo" }],
  ["見て＠bo", 5, { from: 2, start: "bo" }],
  ["見て@ボブ", 5, { from: 2, start: "ボブ" }],
  ["see @bo", 4, undefined],
  ["mail@bo", 7, undefined],
  ["@bob hello", 10, undefined],
  ["@bob@ex", 7, undefined],
])("in “%s” at %i the list of people offers %o", (text, caret, expected) => {
  expect(mentionAt(text, caret)).toEqual(expected)
})
