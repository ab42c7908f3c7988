import { expect, test } from "vitest"

import { changedPackages } from "./mime"

const shown = (data: Record<string, unknown>) =>
  changedPackages({ output_type: "display_data", data, metadata: {} } as Parameters<typeof changedPackages>[0])
const COLAB = "application/vnd.colab-display-data+json"

test("a notebook from Colab tells what its pip changed", () => {
  expect(shown({ [COLAB]: { id: "1", pip_warning: { packages: ["numpy", "pandas"] } } })).toEqual(["numpy", "pandas"])
})

test.each([null, "text", 7, [], {}, { pip_warning: null }, { pip_warning: { packages: "numpy" } }])(
  "nothing is made of %j",
  (told) => {
    expect(shown({ [COLAB]: told })).toEqual([])
    expect(shown({})).toEqual([])
  },
)
