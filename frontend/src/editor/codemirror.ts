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
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next"
import type { Awareness } from "y-protocols/awareness"

import { commentMarks, showMarks, type Mark } from "../comments/marks"
import type { Range } from "../document/anchors"
import type { Cell } from "../document/cells.svelte"
import type { Completion } from "../protocol/frames"

export type Language = "python" | "markdown" | "plain"

/** What may change while the editor is open. */
export type EditorOptions = Readonly<{ label: string; isReadOnly: boolean; hasLineNumbers: boolean }>

export type EditorSetup = EditorOptions &
  Readonly<{
    parent: HTMLElement
    cell: Cell
    language: Language
    hint: string
    awareness: Awareness
    complete: (code: string, cursor: number) => Promise<Completion | null>
    focused: () => void
    /** The caret wants to leave the cell upwards or downwards. */
    leave: (step: -1 | 1) => boolean
    openThread: (thread: string) => void
  }>

export class Editor {
  private readonly view: EditorView
  private readonly options = new Compartment()
  private readonly language = new Compartment()

  constructor(setup: EditorSetup) {
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
        yCollab(setup.cell.source, setup.awareness, { undoManager: setup.cell.undo }),
        commentMarks(setup.openThread),
        EditorView.domEventHandlers({ focus: () => setup.focused() }),
      ],
    })
    this.view = new EditorView({ state, parent: setup.parent })
    if (setup.language === "markdown") void this.loadMarkdown()
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
    const { markdown } = await import("@codemirror/lang-markdown")
    this.view.dispatch({ effects: this.language.reconfigure(markdown()) })
  }
}

const basics: Extension = [
  drawSelection(),
  dropCursor(),
  EditorState.allowMultipleSelections.of(true),
  rectangularSelection(),
  indentOnInput(),
  indentUnit.of("    "),
  bracketMatching(),
  closeBrackets(),
  EditorView.lineWrapping,
  keymap.of([...closeBracketsKeymap, ...yUndoManagerKeymap, ...completionKeymap, ...defaultKeymap, indentWithTab]),
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
    { key: "ArrowUp", run: (view: EditorView) => isAtEdge(view, -1) && setup.leave(-1) },
    { key: "ArrowDown", run: (view: EditorView) => isAtEdge(view, 1) && setup.leave(1) },
  ]
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
