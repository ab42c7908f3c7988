import { expect, test } from "vitest"

import { readProblems, rulesOf, type Diagnostic } from "./problems"

function diagnostic(code: string, from: number, to: number, message = "", severity = 2): Diagnostic {
  return { code, message, severity, range: { start: { line: 0, character: from }, end: { line: 0, character: to } } }
}

test("what is not known is said in the reader's language", () => {
  expect(readProblems("nowhere", [diagnostic("unresolved-reference", 0, 7, "Name used")])).toEqual([
    { from: 0, to: 7, isError: false, message: "“nowhere” is not defined.", unknownName: "nowhere" },
  ])
  const [found] = readProblems("import nosuch", [diagnostic("import-not-found", 7, 13, "x\n\ninfo: y")])
  expect(found?.message).toBe("The module “nosuch” is not found in this machine.")
})

test.each(["display", "get_ipython", "In", "Out", "_", "__", "_12", "_i", "_i3", "_dh", "exit"])(
  "%s is IPython's, and no problem",
  (name) => {
    expect(readProblems(name, [diagnostic("unresolved-reference", 0, name.length)])).toEqual([])
  },
)

test("other problems are the server's own words, without what is about its settings; hints are none", () => {
  const said = diagnostic("invalid-syntax", 0, 1, "Expected `)`\n\ninfo: see the rules", 1)
  expect(readProblems("(", [said, diagnostic("x", 0, 1, "hint", 3)])).toEqual([
    { from: 0, to: 1, isError: true, message: "Expected `)`" },
  ])
})

test("only who wants types has them checked", () => {
  expect(rulesOf("syntax")["all"]).toBe("ignore")
  expect(rulesOf("types")["all"]).toBeUndefined()
})
