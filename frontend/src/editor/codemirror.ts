/** The editor of one cell: CodeMirror on the cell's shared text. A chunk of its own, loaded beside the page. */

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete"
import { defaultKeymap, indentWithTab } from "@codemirror/commands"
import { python } from "@codemirror/lang-python"
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language"
import { Compartment, EditorState, Prec, type Extension } from "@codemirror/state"
import {
  drawSelection,
  dropCursor,
  EditorView,
  keymap,
  lineNumbers,
  placeholder,
  rectangularSelection,
} from "@codemirror/view"
import { classHighlighter } from "@lezer/highlight"

import { commentMarks, showMarks, type Mark } from "../comments/marks"
import type { Range } from "../document/anchors"
import type { Cell } from "../document/cells.svelte"
import type { Presence } from "../document/presence.svelte"
import type { Completion } from "../protocol/frames"
import { carets } from "./carets"
import { type Found, foundMarks, showFound } from "./foundMarks"
import { sharedText, type Composing, type Write } from "./sharedText"

export type Language = "python" | "markdown" | "plain"

/** What may change while the editor is open. */
export type EditorOptions = Readonly<{ label: string; isReadOnly: boolean; hasLineNumbers: boolean }>

export type EditorSetup = EditorOptions &
  Readonly<{
    parent: HTMLElement
    cell: Cell
    language: Language
    hint: string
    presence: Presence
    /** Make a change of the cell's text a step of my undo. */
    write: Write
    /** What is typed next is a step of its own. */
    rest: () => void
    undo: () => void
    redo: () => void
    complete: (code: string, cursor: number) => Promise<Completion | null>
    focused: () => void
    /** An input method began or ended to compose a character. */
    composing: Composing
    /** The caret wants to leave the cell upwards or downwards. */
    leave: (step: -1 | 1) => boolean
    openThread: (thread: string) => void
  }>

/** Much larger than Python's, for it knows HTML, CSS and JavaScript too: fetched after the notebook has opened. */
export function loadMarkdown() {
  return import("@codemirror/lang-markdown")
}

export class Editor {
  private readonly view: EditorView
  private readonly options = new Compartment()
  private readonly language = new Compartment()

  constructor(setup: EditorSetup) {
    const binding = sharedText(setup.cell.source, setup.write, setup.composing, setup.rest)
    const state = EditorState.create({
      doc: setup.cell.source.toString(),
      extensions: [
        Prec.high(keymap.of(ownKeys(setup))),
        basics,
        this.options.of(optionExtensions(setup)),
        this.language.of(setup.language === "python" ? python() : []),
        setup.language === "plain" ? [] : syntaxHighlighting(classHighlighter),
        autocompletion({ override: setup.language === "python" ? [completions(setup)] : [], icons: false }),
        placeholder(setup.hint),
        binding,
        carets(setup.cell.source, setup.presence, binding),
        commentMarks(setup.openThread),
        foundMarks,
        EditorView.domEventHandlers({ focus: () => setup.focused() }),
      ],
    })
    this.view = new EditorView({ state, parent: setup.parent })
    if (setup.language === "markdown") this.loadMarkdown().catch(() => undefined) // then it has no colours
  }

  configure(options: EditorOptions): void {
    this.view.dispatch({ effects: this.options.reconfigure(optionExtensions(options)) })
  }

  get hasFocus(): boolean {
    return this.view.hasFocus
  }

  focus(): void {
    this.view.focus()
  }

  get text(): string {
    return this.view.state.doc.toString()
  }

  /** Put the caret there, as far as there is text. */
  goTo(place: number): void {
    this.view.dispatch({
      selection: { anchor: Math.min(place, this.view.state.doc.length) },
      scrollIntoView: true,
    })
  }

  selectedText(): string {
    const { from, to } = this.view.state.selection.main
    return this.view.state.sliceDoc(from, to)
  }

  selectedRange(): Range | undefined {
    const { from, to, empty } = this.view.state.selection.main
    return empty ? undefined : { from, to }
  }

  /** Mark these pieces of the text, as comments are on them. */
  mark(marks: readonly Mark[]): void {
    showMarks(this.view, marks)
  }

  /** Mark what was found. */
  showFound(found: readonly Found[]): void {
    showFound(this.view, found)
  }

  /** Bring a piece of the text to the middle of the screen. */
  reveal(from: number): void {
    this.view.dispatch({ effects: EditorView.scrollIntoView(from, { y: "center" }) })
  }

  /** Put the caret where the pointer is, as if the editor had been there at the press. */
  placeCaret(point: { x: number; y: number }): void {
    const anchor = this.view.posAtCoords(point, false)
    this.view.dispatch({ selection: { anchor } })
    this.view.focus()
  }

  destroy(): void {
    this.view.destroy()
  }

  private async loadMarkdown(): Promise<void> {
    const { markdown } = await loadMarkdown()
    this.view.dispatch({ effects: this.language.reconfigure(markdown()) })
  }
}

const basics: Extension = [
  // As the shared text counts: "\r\n" is two characters in it.
  EditorState.lineSeparator.of("\n"),
  EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, "\n")),
  drawSelection(),
  dropCursor(),
  EditorState.allowMultipleSelections.of(true),
  rectangularSelection(),
  indentOnInput(),
  indentUnit.of("    "),
  bracketMatching(),
  closeBrackets(),
  EditorView.lineWrapping,
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, indentWithTab]),
]

function optionExtensions({ label, isReadOnly, hasLineNumbers }: EditorOptions): Extension {
  return [
    EditorState.readOnly.of(isReadOnly),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", "aria-readonly": String(isReadOnly) }),
    hasLineNumbers ? lineNumbers() : [],
  ]
}

function ownKeys(setup: EditorSetup) {
  return [
    { key: "Tab", run: acceptCompletion },
    { key: "Mod-z", run: always(setup.undo), preventDefault: true },
    { key: "Mod-y", mac: "Mod-Shift-z", run: always(setup.redo), preventDefault: true },
    { key: "Mod-Shift-z", run: always(setup.redo), preventDefault: true },
    { key: "ArrowUp", run: (view: EditorView) => isAtEdge(view, -1) && setup.leave(-1) },
    { key: "ArrowDown", run: (view: EditorView) => isAtEdge(view, 1) && setup.leave(1) },
  ]
}

function always(work: () => void): () => boolean {
  return () => (work(), true)
}

/** On the first or last line, with nothing selected, and no list of completions that wants the arrow. */
function isAtEdge(view: EditorView, step: -1 | 1): boolean {
  const { main } = view.state.selection
  if (!main.empty || view.dom.querySelector(".cm-tooltip-autocomplete")) return false
  const here = view.coordsAtPos(main.head)
  const edge = view.coordsAtPos(step < 0 ? 0 : view.state.doc.length)
  return here !== null && edge !== null && Math.abs(here.top - edge.top) < 2
}

function completions(setup: EditorSetup) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[\w.]+$/)
    const isWanted = context.explicit || (word !== null && (word.text.endsWith(".") || word.to - word.from > 1))
    if (!isWanted) return null
    const found = await setup.complete(context.state.doc.toString(), context.pos)
    if (!found || found.matches.length === 0) return null
    return {
      from: found.from,
      to: found.to,
      options: found.matches.slice(0, 100).map((label) => ({ label })),
      validFor: /^\w*$/,
    }
  }
}
