import { expect, test } from "vitest"

import type { Output } from "../runtime/outputs"
import { lastErrorText, outputsText } from "./outputText"

const OUTPUTS: readonly Output[] = [
  { output_type: "stream", name: "stdout", text: "10%\r100%\n" },
  { output_type: "display_data", data: { "text/html": "<b>x</b>", "text/plain": ["a\n", "b"] }, metadata: {} },
  { output_type: "display_data", data: { "image/png": "AAAA" }, metadata: {} },
  { output_type: "error", ename: "KeyError", evalue: "1", traceback: ["\u001b[31mKeyError\u001b[39m: 1"] },
]

test("what is copied is what is read, without colours and without what a progress bar overwrote", () => {
  expect(outputsText(OUTPUTS)).toBe("100%\na\nb\nKeyError: 1")
})

test("an error can be copied alone", () => {
  expect(lastErrorText(OUTPUTS)).toBe("KeyError: 1")
})
