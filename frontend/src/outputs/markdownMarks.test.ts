import { expect, test } from "vitest"

import { loadExtras, markdownFragment } from "./markdown"

/** What is marked when "[" and "]" in `source` stand at the ends of a commented piece; pieces are joined by "|". */
function marked(source: string): string {
  const from = source.indexOf("⟦")
  const to = source.indexOf("⟧") - 1
  const mark = { thread: "t", from, to, isPresent: false }
  const fragment = markdownFragment(source.replace("⟦", "").replace("⟧", ""), {}, "mathml", [mark])
  return [...fragment.querySelectorAll("mark[data-thread=t]")].map(({ textContent }) => textContent).join("|")
}

test.each([
  ["Some ⟦plain⟧ words", "plain"],
  ["日本語の⟦文章⟧です", "文章"],
  ["the ⟦second⟧ and not the first second", "second"],
  ["first second and the ⟦second⟧", "second"],
  ["Some **bo⟦ld** and *slan⟧ted* words", "ld| and |slan"],
  ["Some ⟦**bold**⟧ words", "bold"],
  ["__⟦all⟧__", "all"],
  ["⟦__all__⟧ of it", "all"],
  ["⟦# A heading⟧\n\nText", "A heading"],
  ["* one\n⟦* two\n* three⟧", "two|three"],
  ["A ⟦[link](https://example.org/a?b=c)⟧ here", "link"],
  ["`co⟦de⟧`", "de"],
  ["```python\nx = ⟦1⟧\n```", "1"],
  ["| a | b |\n|---|---|\n| ⟦1⟧ | 2 |", "1"],
  ["&amp; ⟦&lt;b&gt;⟧ &amp;", "<b>"],
  ["one\n\n⟦two\n\nthree⟧", "two|three"],
])("what is drawn of a piece of the source is marked: %s", (source, expected) => {
  expect(marked(source)).toBe(expected)
})

test("a formula is marked as a whole and still drawn", async () => {
  await loadExtras("$x$")
  const fragment = markdownFragment("so $a+b$ it is", {}, "mathml", [{ thread: "t", from: 4, to: 7, isPresent: true }])
  const mark = fragment.querySelector("mark.comment-present")
  expect(mark?.querySelector("math")).not.toBeNull()
})

test("a piece of which nothing is drawn is not marked, and the text stays as it was", () => {
  const source = "See ![picture](https://example.org/a.png) there"
  const plain = markdownFragment(source)
  const fragment = markdownFragment(source, {}, "mathml", [{ thread: "t", from: 14, to: 40, isPresent: false }])
  expect(fragment.querySelector("mark")).toBeNull()
  expect(fragment.textContent).toBe(plain.textContent)
})

test("marks that overlap are both there", () => {
  const marks = [
    { thread: "a", from: 0, to: 7, isPresent: false },
    { thread: "b", from: 4, to: 11, isPresent: false },
  ]
  const fragment = markdownFragment("one two three", {}, "mathml", marks)
  const text = (thread: string): string =>
    [...fragment.querySelectorAll(`mark[data-thread=${thread}]`)].map(({ textContent }) => textContent).join("")
  expect([text("a"), text("b")]).toEqual(["one two", "two thr"])
})
