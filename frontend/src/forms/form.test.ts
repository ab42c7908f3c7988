import { describe, expect, test } from "vitest"

import { changeField, type Field, readForm } from "./form"
import { readString, writeString } from "./literals"

function fields(source: string): Field[] {
  return (readForm(source)?.parts ?? []).flatMap((part) => (part.type === "field" ? [part.field] : []))
}

function field(source: string): Field {
  const [found] = fields(source)
  if (!found) throw new Error(`no field in ${source}`)
  return found
}

/** The source after somebody chose `value`. */
function changed(source: string, value: string): string | undefined {
  const pieces = changeField(source, field(source), value)
  return pieces
    ?.filter(({ kind }) => kind !== "gone")
    .map(({ text }) => text)
    .join("")
}

describe("what is a field", () => {
  test.each([
    ['a = "v"  # @param {type:"string"}', "text", "v"],
    ["a = 'v' #@param {type:\"string\"}", "text", "v"],
    ['a = "# no comment" #@param {type:"string"}', "text", "# no comment"],
    ['a = "日本 \\n \\u3042 \\"q\\"" #@param {type:"string"}', "text", '日本 \n あ "q"'],
    ['a = "v" # @param {type:"string", placeholder:"enter"}', "text", "v"],
    ['a = f"x" #@param {type:"string"}', "text", 'f"x"'],
    ['a = "b" # @param ["a", "b"]', "choice", "b"],
    ['a = "b" # @param ["a", "b"] {allow-input: true}', "choice", "b"],
    ['a = 1  # @param [1,"raw_input","False","\'s\'"] {type:"raw"}', "choice", "1"],
    ['a = None # @param {type:"raw"}', "raw", "None"],
    ["a = 1 + 2 #@param", "raw", "1 + 2"],
    ['a = 10 # @param {type:"integer"}', "integer", "10"],
    ['a: int = -10 # @param {type:"integer"}', "integer", "-10"],
    ['a = 1.5 # @param {type:"number"}', "number", "1.5"],
    ['a = 3 # @param {type:"slider", min:0, max:10, step:0.5}', "slider", "3"],
    ['a = True # @param {type:"boolean"}', "boolean", "True"],
    ['a = "2026-11-26" # @param {type:"date"}', "date", "2026-11-26"],
    ['  変数 = "x" #@param {type:"string"}', "text", "x"],
  ])("%s", (source, kind, value) => {
    expect(field(source)).toMatchObject({ kind, value })
    expect(source.slice(field(source).from, field(source).to)).not.toContain("@param")
  })

  test("its limits, choices and placeholder are read", () => {
    expect(field('a = 3 # @param {type:"slider", min:-5, max:10, step:0.5}')).toMatchObject({
      min: -5,
      max: 10,
      step: 0.5,
    })
    expect(field('a = "b" # @param ["a", \'b, c\', "d]"]').choices).toEqual(["a", "b, c", "d]"])
    expect(field('a = 1 # @param [1, "x"] {type:"raw"}').choices).toEqual(["1", "x"])
    expect(field('a = "" # @param {type:"string", placeholder:"a, b"}').placeholder).toBe("a, b")
  })

  test.each(["a = 1", "# @parameter", "a == 1 #@param", "print('#@param')", "a, b = 1, 2 #@param", "a.b = 1 #@param"])(
    "%s is none",
    (source) => expect(fields(source)).toEqual([]),
  )
})

describe("the form", () => {
  const source = [
    '#@title ## My form { display-mode: "form", run: "auto" }',
    "#@markdown Some *text*",
    "#@markdown and more",
    'name = "Ada" #@param {type:"string"}',
    "print(name)",
    "# @markdown ---",
  ].join("\n")

  test("has its title, its texts and its fields in order", () => {
    expect(readForm(source)).toMatchObject({ title: "## My form", runsItself: true, hidesCode: true })
    expect(readForm(source)?.parts.map((part) => (part.type === "markdown" ? part.text : part.field.name))).toEqual([
      "Some *text*\nand more",
      "name",
      "---",
    ])
  })

  test("knows where each value stands", () => {
    const { from, to } = field(source)
    expect(source.slice(from, to)).toBe('"Ada"')
  })

  test("is not there without a comment of its kind", () => {
    expect(readForm("x = 1 # parameter")).toBeUndefined()
    expect(readForm("#@titles")).toBeUndefined()
    expect(readForm("#@title")).toMatchObject({ title: "", parts: [] })
  })
})

describe("a change", () => {
  test.each([
    ['a = "v"  # @param {type:"string"}', 'say "hi"\\', 'a = "say \\"hi\\"\\\\"  # @param {type:"string"}'],
    ["a = 'v' #@param {type:\"string\"}", "日本", 'a = "日本" #@param {type:"string"}'],
    ['a = "a" # @param ["a", "b"]', "b", 'a = "b" # @param ["a", "b"]'],
    ['a = 1 # @param [1, "x"] {type:"raw"}', "x", 'a = x # @param [1, "x"] {type:"raw"}'],
    ['a = 1 # @param {type:"integer"}', "-7", 'a = -7 # @param {type:"integer"}'],
    ['a = 1 # @param {type:"number"}', "2.5", 'a = 2.5 # @param {type:"number"}'],
    ['a = True # @param {type:"boolean"}', "False", 'a = False # @param {type:"boolean"}'],
    ['a = "2026-01-01" # @param {type:"date"}', "2026-12-31", 'a = "2026-12-31" # @param {type:"date"}'],
    ['a = 1 # @param {type:"integer"}', "-007", 'a = -7 # @param {type:"integer"}'],
    ['a = 1 # @param {type:"number"}', "00.5", 'a = 0.5 # @param {type:"number"}'],
    ['a = 1 # @param {type:"raw"}', '"#fff"', 'a = "#fff" # @param {type:"raw"}'],
    ['x = 1\na = 1 # @param {type:"raw"}\ny = 2', "[1]", 'x = 1\na = [1] # @param {type:"raw"}\ny = 2'],
  ])("%s with %s", (source, value, expected) => {
    expect(changed(source, value)).toBe(expected)
  })

  test.each([
    ['a = 1 # @param {type:"integer"}', "1.5"],
    ['a = 1 # @param {type:"integer"}', ""],
    ['a = 1 # @param {type:"number"}', "x"],
    ['a = True # @param {type:"boolean"}', "maybe"],
    ['a = 1 # @param {type:"raw"}', "1 # gone"],
    ['a = 1 # @param {type:"raw"}', '"still typing'],
    ['a = 1 # @param {type:"raw"}', "'a' # @param 'b'"],
    ['a = 1 # @param {type:"raw"}', "1\nimport os"],
    ['a = 1 # @param {type:"raw"}', "1"],
  ])("%s cannot become %j, or is it already", (source, value) => {
    expect(changed(source, value)).toBeUndefined()
  })

  test("touches nothing but the value", () => {
    const source = 'import os\na = "v"  # @param {type:"string"}\nprint(a)'
    expect(changeField(source, field(source), "w")).toEqual([
      { kind: "same", text: "import os\na = " },
      { kind: "gone", text: '"v"' },
      { kind: "new", text: '"w"' },
      { kind: "same", text: '  # @param {type:"string"}\nprint(a)' },
    ])
  })
})

test.each(["", "a", "quote \" and '", "back\\slash", "line\nbreak\ttab", "日本 🎉", "\0\x07\x7f", "\u2028"])(
  "%j is the same after writing and reading",
  (text) => expect(readString(writeString(text))).toBe(text),
)
