import { expect, test } from "vitest"

import { readAmd } from "./amd"

const KNOWN = { "@jupyter-widgets/base": { name: "base" } }

test.each([
  ["define(['@jupyter-widgets/base'], (base) => ({ of: base.name }))"],
  ["define('mine', ['@jupyter-widgets/base', 'exports'], (base, exports) => { exports.of = base.name })"],
  [
    "(function (root, make) { if (typeof exports === 'object' && typeof module === 'object') throw 1; else if (typeof define === 'function' && define.amd) define(['@jupyter-widgets/base'], make) })(self, (base) => ({ of: base.name }))",
  ],
  ["define({ of: 'base' })"],
])("%s is a module", (source) => {
  expect(readAmd(source, KNOWN)).toEqual({ of: "base" })
})

test.each(["define(['leaflet'], () => ({}))", "42"])("%s is none that works here", (source) => {
  expect(() => readAmd(source, KNOWN)).toThrow(/leaflet|defines no module/)
})
