import { describe, expect, test } from "vitest"

import { findIn, patternOf, type Query, replaced } from "./search"

const query = (text: string, chosen: Partial<Query> = {}): Query => ({
  text,
  isRegex: false,
  isCaseSensitive: false,
  isWholeWord: false,
  ...chosen,
})

function found(text: string, asked: Query): string[] {
  const pattern = patternOf(asked)
  return pattern ? findIn(text, pattern).map(({ from, to }) => text.slice(from, to)) : []
}

function after(text: string, asked: Query, replacement: string): string {
  const pattern = patternOf(asked)
  if (!pattern) return text
  const pieces = replaced(text, pattern, findIn(text, pattern), replacement)
  expect(
    pieces
      .filter(({ kind }) => kind !== "new")
      .map((piece) => piece.text)
      .join(""),
  ).toBe(text)
  return pieces
    .filter(({ kind }) => kind !== "gone")
    .map((piece) => piece.text)
    .join("")
}

describe("what is found", () => {
  test.each([
    ["Data data DATA", query("data"), ["Data", "data", "DATA"]],
    ["Data data DATA", query("data", { isCaseSensitive: true }), ["data"]],
    ["data database", query("data", { isWholeWord: true }), ["data"]],
    ["値 値段", query("値", { isWholeWord: true }), ["値"]],
    ["a.b axb", query("a.b"), ["a.b"]],
    ["a.b axb", query("a.b", { isRegex: true }), ["a.b", "axb"]],
    ["one\ntwo", query("^t", { isRegex: true }), ["t"]],
    ["x", query(""), []],
    ["x", query("(", { isRegex: true }), []],
    ["xxx", query("y*", { isRegex: true }), []],
    ["🎉🎉", query("🎉"), ["🎉", "🎉"]],
  ])("%j: %o", (text, asked, expected) => expect(found(text, asked)).toEqual(expected))
})

describe("what it becomes", () => {
  test.each([
    ["data x data", query("data"), "table", "table x table"],
    ["f(1, 2)", query(String.raw`(\d), (\d)`, { isRegex: true }), "$2, $1", "f(2, 1)"],
    ["a b", query("a", { isRegex: true }), "[$&]", "[a] b"],
    ["a b", query("a", { isRegex: true }), "$$1 $9", "$1 $9 b"],
    ["ab cb", query("(?<=a)b", { isRegex: true }), "x", "ax cb"],
    ["aaa", query("a"), "", ""],
    ["🎉x", query("x"), "日本", "🎉日本"],
  ])("%j: %o with %j", (text, asked, replacement, expected) => {
    expect(after(text, asked, replacement)).toBe(expected)
  })
})
