import { expect, test } from "vitest"

import { AnsiParser, type AnsiStyle, pieceNode, PLAIN } from "./ansi"
import { contrast, paletteColour, readable } from "./contrast"

function parse(...texts: string[]): [string, Partial<AnsiStyle>][] {
  const parser = new AnsiParser()
  return texts.flatMap((text) => parser.parse(text)).map(({ text, style }) => [text, difference(style)])
}

function difference(style: AnsiStyle): Partial<AnsiStyle> {
  return Object.fromEntries(Object.entries(style).filter(([name, value]) => PLAIN[name as keyof AnsiStyle] !== value))
}

test.each<[string, string, Partial<AnsiStyle>]>([
  ["a colour", "\u001b[31mx", { foreground: 1 }],
  ["a bright colour", "\u001b[91mx", { foreground: 9 }],
  ["a background", "\u001b[42mx", { background: 2 }],
  ["a bright background", "\u001b[103mx", { background: 11 }],
  ["several at once", "\u001b[0;1;4;34mx", { bold: true, underline: true, foreground: 4 }],
  ["one of 256", "\u001b[38;5;196mx", { foreground: [255, 0, 0] }],
  ["one of the first 16 of 256", "\u001b[38;5;9mx", { foreground: 9 }],
  ["a grey of 256", "\u001b[48;5;232mx", { background: [8, 8, 8] }],
  ["any colour", "\u001b[38;2;1;2;3mx", { foreground: [1, 2, 3] }],
  ["emphasis after any colour", "\u001b[38;2;1;2;3;1mx", { foreground: [1, 2, 3], bold: true }],
  ["values beyond 255", "\u001b[38;2;999;2;3mx", { foreground: [255, 2, 3] }],
  ["inverse", "\u001b[7mx", { inverse: true }],
  ["the end of everything", "\u001b[1;31m\u001b[mx", {}],
  ["the end of bold", "\u001b[1;31m\u001b[22mx", { foreground: 1 }],
  ["the end of a colour", "\u001b[1;31m\u001b[39mx", { bold: true }],
  ["an unknown code", "\u001b[77mx", {}],
])("%s", (_name, text, style) => {
  expect(parse(text)).toEqual([["x", style]])
})

test("other sequences are dropped", () => {
  const text = "a\u001b[2Kb\u001b[1;2Hc\u001b]0;title\u0007d\u001b]8;;https://x\u001b\\e\u001b(Bf\u001b[?25lg\u001b7h"
  expect(
    parse(text)
      .map(([part]) => part)
      .join(""),
  ).toBe("abcdefgh")
})

test("a sequence may be cut anywhere", () => {
  const text = "a\u001b[1;31mb\u001b]0;t\u0007c\u001b[0md"
  for (let cut = 0; cut < text.length; cut++) {
    const pieces = parse(text.slice(0, cut), text.slice(cut))
    expect(pieces.map(([part]) => part).join("")).toBe("abcd")
    expect(pieces.find(([part]) => part.includes("b"))?.[1]).toEqual({ bold: true, foreground: 1 })
  }
})

test("an escape that never ends does not swallow the text", () => {
  expect(
    parse("\u001b]" + "x".repeat(5_000))
      .map(([part]) => part)
      .join("").length,
  ).toBeGreaterThan(4_000)
})

test("text without style is a plain text node", () => {
  expect(pieceNode({ text: "<b>", style: PLAIN }).nodeType).toBe(Node.TEXT_NODE)
})

test("text without a colour of its own can be read on any background", () => {
  const onDark = pieceNode({ text: "x", style: { ...PLAIN, background: [0, 0, 90] } }) as HTMLElement
  expect(onDark.style.getPropertyValue("--ansi-text-light")).toBe("rgb(255 255 255)")
})

test("every colour of the palette can be read on both surfaces", () => {
  for (let number = 16; number < 256; number++) {
    const colour = paletteColour(number)
    expect(contrast(readable(colour, "light"), [255, 255, 255])).toBeGreaterThanOrEqual(4.5)
    expect(contrast(readable(colour, "dark"), [31, 31, 31])).toBeGreaterThanOrEqual(4.5)
  }
})
