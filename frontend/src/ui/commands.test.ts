import { expect, test } from "vitest"

import { en } from "../lib/i18n/en"
import { commands, menus, type CommandId } from "./commands"
import { chord, Keys, readable } from "./keys"

const press = (key: string, ...modifiers: ("ctrlKey" | "metaKey" | "altKey" | "shiftKey")[]) => ({
  key,
  ctrlKey: modifiers.includes("ctrlKey"),
  metaKey: modifiers.includes("metaKey"),
  altKey: modifiers.includes("altKey"),
  shiftKey: modifiers.includes("shiftKey"),
})

const all = Object.entries(commands) as [CommandId, (typeof commands)[CommandId]][]

test("every command has a name, and every name a command", () => {
  expect(Object.keys(commands).sort()).toEqual(Object.keys(en.commands).sort())
})

test("no command is in two menus", () => {
  const listed = Object.values(menus).flat(2)
  expect(listed).toEqual([...new Set(listed)])
})

test("every command can be reached by a menu or by keys", () => {
  const listed = new Set(Object.values(menus).flat(2))
  const lost = all.filter(([id, { keys, commandKeys }]) => !listed.has(id) && !keys && !commandKeys)
  expect(lost).toEqual([])
})

test("no binding means two things", () => {
  const bindings = all.flatMap(([, { keys = [], commandKeys = [] }]) => [...keys, ...commandKeys])
  expect(bindings).toEqual([...new Set(bindings)])
})

test.each([
  ["Enter", ["ctrlKey"], "runFocused"],
  ["Enter", ["metaKey"], "runFocused"],
  ["Enter", ["shiftKey"], "runAndMove"],
  ["Enter", ["altKey"], "runAndInsert"],
  ["Enter", ["ctrlKey", "shiftKey"], "runSelection"],
  ["F9", ["ctrlKey"], "runAll"],
  ["F8", ["ctrlKey"], "runBefore"],
  ["F10", ["ctrlKey"], "runAfter"],
  ["s", ["ctrlKey"], "save"],
  ["m", ["ctrlKey", "altKey"], "addComment"],
] as const)("%s with %o is Colab's %s", (key, modifiers, command) => {
  expect(new Keys().press(press(key, ...modifiers), false)).toBe(command)
})

test.each([
  ["a", "codeCellAbove"],
  ["b", "codeCell"],
  ["d", "deleteCell"],
  ["k", "moveUp"],
  ["j", "moveDown"],
  ["m", "toText"],
  ["y", "toCode"],
  ["i", "interrupt"],
  [".", "restart"],
  ["z", "undo"],
  ["p", "previousCell"],
  ["n", "nextCell"],
  ["h", "shortcuts"],
  ["l", "lineNumbers"],
  ["-", "splitCell"],
  ["/", "mergeCells"],
] as const)("Ctrl+M and then %s is Colab's %s, with Ctrl held or not", (key, command) => {
  for (const modifiers of [[], ["ctrlKey"]] as const) {
    const keys = new Keys()
    expect(keys.press(press("m", "ctrlKey"), false)).toBe("prefix")
    expect(keys.press(press("Control", "ctrlKey"), false)).toBeUndefined()
    expect(keys.press(press(key, ...modifiers), false)).toBe(command)
    expect(keys.press(press(key), false)).toBeUndefined()
  }
})

test("letters alone are commands only while no editor has the focus", () => {
  expect(new Keys().press(press("b"), false)).toBeUndefined()
  expect(new Keys().press(press("b"), true)).toBe("codeCell")
  expect(new Keys().press(press("ArrowDown"), false)).toBeUndefined()
  expect(new Keys().press(press("ArrowDown"), true)).toBe("nextCell")
})

test("a chord does not depend on how a sign is typed", () => {
  expect(chord(press(".", "shiftKey"))).toBe(".")
  expect(chord(press("Y", "ctrlKey", "shiftKey"))).toBe("Mod+Shift+Y")
  expect(chord({ ...press("µ", "metaKey", "altKey"), code: "KeyM" })).toBe("Mod+Alt+M")
  expect(chord({ ...press("µ", "ctrlKey", "altKey"), code: "KeyM" })).toBe("Mod+Alt+µ")
})

test("a Mac reads its own names", () => {
  expect(readable("Mod+M A", true)).toBe("⌘+M A")
  expect(readable("Mod+M A", false)).toBe("Ctrl+M A")
})
