import { expect, test } from "vitest"

import { worked } from "../testing/work"
import { SHOWN_LINES, StreamText } from "./streamText"

function shown(text: string): StreamText {
  const stream = new StreamText()
  stream.show(text)
  return stream
}

test("text is shown as it is, whatever it contains", () => {
  const text = "a <b>&amp;\n\n  日本 😀 \u202eabc\u0000\n"
  expect(shown(text).element.textContent).toBe(text)
})

test("what is appended leaves what is there untouched", () => {
  const stream = shown("one\ntwo")
  const first = stream.element.querySelector(".stream-block")?.firstChild
  stream.show("one\ntwo\nthree")

  expect(stream.element.textContent).toBe("one\ntwo\nthree")
  expect(stream.element.querySelector(".stream-block")?.firstChild).toBe(first)
})

test("a progress bar rewrites its line only", () => {
  const stream = shown("start\n 10%\r")
  stream.show("start\n 99%\r")
  expect(stream.element.textContent).toBe("start\n 99%")
})

test("a stream that was cleared and filled again is shown anew", () => {
  const stream = shown("old\nlines\n")
  stream.show("new\n")
  expect(stream.element.textContent).toBe("new\n")
})

test("pieces end up as the whole would have, colours too", () => {
  const text = "\u001b[31mred\nstill red\u001b[0m\n\u001b[1mbo\nld\u001b[0m end"
  const stream = new StreamText()
  for (let length = 0; length <= text.length; length++) stream.show(text.slice(0, length))

  expect(stream.element.textContent).toBe("red\nstill red\nbo\nld end")
  expect(textOf(stream, ".ansi-text-1")).toBe("red\nstill red")
  expect(textOf(stream, ".ansi-bold")).toBe("bo\nld")
})

test("a hundred thousand lines are few elements, and the rest is counted", () => {
  const lines = Array.from({ length: 100_000 }, (_, number) => `${number}`).join("\n") + "\n"
  const started = worked()
  const stream = shown(lines)

  expect(stream.hiddenLines).toBe(100_000 - SHOWN_LINES)
  expect(stream.element.querySelectorAll("*").length).toBeLessThan(100)
  expect(stream.element.textContent?.endsWith("99998\n99999\n")).toBe(true)
  expect(worked() - started).toBeLessThan(2_000)
})

test("lines that come one after the other stay bounded too", () => {
  const stream = new StreamText()
  let text = ""
  for (let number = 0; number < 30_000; number++) {
    text += `${number}\n`
    if (number % 100 === 99) stream.show(text)
  }
  const left = stream.element.textContent?.split("\n").length ?? 0
  expect(left).toBeLessThanOrEqual(SHOWN_LINES + 1)
  expect(stream.hiddenLines + left - 1).toBe(30_000)
})

test("a line of ten megabytes is cut in the middle", () => {
  const text = shown("x".repeat(10_000_000) + "end").element.textContent ?? ""
  expect(text.length).toBeLessThan(30_000)
  expect(text.endsWith("end")).toBe(true)
})

function textOf(stream: StreamText, selector: string): string {
  return [...stream.element.querySelectorAll(selector)].map((element) => element.textContent).join("")
}
