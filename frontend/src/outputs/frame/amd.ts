/**
 * Programs of third-party widgets, which are built as AMD modules: a call of `define` with what they need by name.
 *
 * What they may need is Jupyter's widget packages, of which there must be one copy only; a module brings all else.
 */

/** Nobody here has the program of a widget's own package; the message names the package. */
export class MissingProgram extends Error {}

type Modules = Readonly<Record<string, unknown>>
type Factory = (...needed: unknown[]) => unknown

/** What the module in `source` gives; fails when it needs what is not in `known`, or defines nothing. */
export function readAmd(source: string, known: Modules): unknown {
  const found: unknown[] = []
  const define = (...given: unknown[]): void => {
    found.push(defined(given, known))
  }
  define.amd = {}
  // The frame is where strangers' programs run: this one came with the widget, from the kernel of whoever looks at it.
  new Function("define", "exports", "module", source).call(window, define, undefined, undefined)
  if (found.length === 0) throw new Error("This program defines no module.")
  return found.at(-1)
}

/** `define([name,] [needs,] factory)`. */
function defined(given: readonly unknown[], known: Modules): unknown {
  const factory = given.at(-1)
  const needs = given.find(Array.isArray) as readonly string[] | undefined
  if (typeof factory !== "function") return factory
  const exports = {}
  const module = { exports, id: "" }
  const special: Modules = { exports, module }
  const value = (factory as Factory)(
    ...(needs ?? []).map((name) => {
      const needed = special[name] ?? known[name]
      if (needed === undefined) throw new Error(`The module ${name} is not here.`)
      return needed
    }),
  )
  return value ?? module.exports
}
