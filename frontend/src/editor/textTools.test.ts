import { expect, test } from "vitest"

import { bullets, code, heading, link, numbers, quote, rule, wrap, type Tool } from "./textTools"

/** `«` and `»` stand around what is selected. */
function use(tool: Tool, marked: string): string {
  const from = marked.indexOf("«")
  const text = marked.replace("«", "")
  const to = text.indexOf("»")
  const edit = tool({ text: text.replace("»", ""), from, to })
  const after = text.replace("»", "")
  const result = after.slice(0, edit.from) + edit.insert + after.slice(edit.to)
  return `${result.slice(0, edit.anchor)}«${result.slice(edit.anchor, edit.head)}»${result.slice(edit.head)}`
}

test.each<[Tool, string, string]>([
  [wrap("**"), "a «b» c", "a **«b»** c"],
  [wrap("**"), "a **«b»** c", "a «b» c"],
  [wrap("*"), "a **«b»** c", "a ***«b»*** c"],
  [wrap("$"), "«»", "$«»$"],
  [code, "«x»", "`«x»`"],
  [code, "«x\ny»", "```\n«x\ny»\n```"],
  [heading, "top\nw«o»rd\nend", "top\n# word«»\nend"],
  [heading, "## word«»", "### word«»"],
  [heading, "### word«»", "word«»"],
  [bullets, "o«ne\ntw»o", "«* one\n* two»"],
  [bullets, "«* one\n* two»", "«one\ntwo»"],
  [numbers, "«one\ntwo»", "«1. one\n2. two»"],
  [quote, "a«»", "> a«»"],
  [rule, "a«»", "a\n\n---\n«»"],
  [rule, "«»b", "---\n«»b"],
  [link("text"), "see «this»", "see [this](«https://»)"],
  [link("text"), "«https://example.org/a»", "[«text»](https://example.org/a)"],
])("%#: %j becomes %j", (tool, before, after) => {
  expect(use(tool, before)).toBe(after)
})
