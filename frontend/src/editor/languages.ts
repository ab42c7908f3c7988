/** Other languages of code than Python, each fetched when something is in it. */

import { type Language, StreamLanguage, type StreamParser } from "@codemirror/language"

const names: Readonly<Record<string, string>> = {
  sh: "bash",
  shell: "bash",
  zsh: "bash",
  js: "javascript",
  jsx: "javascript",
  ts: "typescript",
  tsx: "typescript",
  "c++": "cpp",
  "c#": "csharp",
  "f#": "fsharp",
  golang: "go",
  rs: "rust",
  rb: "ruby",
  matlab: "octave",
}

const known: Readonly<Record<string, () => Promise<Language>>> = {
  r: async () => old((await import("@codemirror/legacy-modes/mode/r")).r),
  bash: async () => old((await import("@codemirror/legacy-modes/mode/shell")).shell),
  julia: async () => old((await import("@codemirror/legacy-modes/mode/julia")).julia),
  scala: async () => old((await import("@codemirror/legacy-modes/mode/clike")).scala),
  java: async () => old((await import("@codemirror/legacy-modes/mode/clike")).java),
  kotlin: async () => old((await import("@codemirror/legacy-modes/mode/clike")).kotlin),
  c: async () => old((await import("@codemirror/legacy-modes/mode/clike")).c),
  cpp: async () => old((await import("@codemirror/legacy-modes/mode/clike")).cpp),
  csharp: async () => old((await import("@codemirror/legacy-modes/mode/clike")).csharp),
  ocaml: async () => old((await import("@codemirror/legacy-modes/mode/mllike")).oCaml),
  fsharp: async () => old((await import("@codemirror/legacy-modes/mode/mllike")).fSharp),
  haskell: async () => old((await import("@codemirror/legacy-modes/mode/haskell")).haskell),
  ruby: async () => old((await import("@codemirror/legacy-modes/mode/ruby")).ruby),
  rust: async () => old((await import("@codemirror/legacy-modes/mode/rust")).rust),
  go: async () => old((await import("@codemirror/legacy-modes/mode/go")).go),
  lua: async () => old((await import("@codemirror/legacy-modes/mode/lua")).lua),
  perl: async () => old((await import("@codemirror/legacy-modes/mode/perl")).perl),
  octave: async () => old((await import("@codemirror/legacy-modes/mode/octave")).octave),
  fortran: async () => old((await import("@codemirror/legacy-modes/mode/fortran")).fortran),
  scheme: async () => old((await import("@codemirror/legacy-modes/mode/scheme")).scheme),
  sql: async () => old((await import("@codemirror/legacy-modes/mode/sql")).standardSQL),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascriptLanguage,
  typescript: async () => (await import("@codemirror/lang-javascript")).typescriptLanguage,
}

/** The language of this name, as notebooks, kernels and fenced code name it; nothing for one that we do not know. */
export async function loadLanguage(name: string): Promise<Language | undefined> {
  const small = name.toLowerCase()
  return known[names[small] ?? small]?.()
}

function old(parser: StreamParser<unknown>): Language {
  return StreamLanguage.define(parser)
}
