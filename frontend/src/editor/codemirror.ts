/** The editor of one cell: CodeMirror on the cell's shared text. A chunk of its own, loaded beside the page. */

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
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
import type { Describe } from "../language/names"
import type { Checked } from "../language/problems"
import type { Completion } from "../protocol/frames"
import { carets } from "./carets"
import { type Found, foundMarks, showFound } from "./foundMarks"
import { isCode, type Language } from "./language"
import { heading, link, type Tool, wrap } from "./textTools"
import { sharedText, type Composing, type Write } from "./sharedText"

/** What may change while the editor is open. */
export type EditorOptions = Readonly<{
  label: string
  isReadOnly: boolean
  hasLineNumbers: boolean
  wraps: boolean
  indent: number
  completesAsTyped: boolean
  hasVim: boolean
}>

export type EditorSetup = EditorOptions &
  Readonly<{
    parent: HTMLElement
    cell: Pick<Cell, "source">
    language: Language
    hint: string
    /** What a new link says. */
    linkText: string
    /** Those who write in the same text; undefined where nobody else can. */
    presence: Presence | undefined
    /** Make a change of the cell's text a step of my undo. */
    write: Write
    /** What is typed next is a step of its own. */
    rest: () => void
    undo: () => void
    /** To the cell, out of its editor. */
    quit: () => void
    redo: () => void
    complete: (code: string, cursor: number) => Promise<Completion | null>
    focused: () => void
    /** An input method began or ended to compose a character. */
    composing: Composing
    /** The caret wants to leave the cell upwards or downwards. */
    leave: (step: -1 | 1) => boolean
    openThread: (thread: string) => void
    /** Pictures were pasted or dropped there; whether it took them. */
    attach: (files: Iterable<File>, at: number) => boolean
    /** To the tools above the editor, if there are some. */
    toTools: () => boolean
  }>

/** Much larger than Python's, for it knows HTML, CSS and JavaScript too: fetched after the notebook has opened. */
export function loadMarkdown() {
  return import("@codemirror/lang-markdown")
}

/** Only with a machine is there something to tell. */
function loadHelp() {
  return import("../language/inEditor")
}

export class Editor {
  private readonly view: EditorView
  private readonly options = new Compartment()
  private readonly language = new Compartment()
  private readonly vim = new Compartment()
  private readonly help = new Compartment()
  /** Always the same: an answer under way is for the one that asked. */
  private readonly completions: readonly CompletionSource[]
  private checked: Checked | undefined
  private hasVim = false

  constructor(private readonly setup: EditorSetup) {
    this.completions = isCode(setup.language) ? [completions(setup)] : []
    const takeFiles = (event: Event, data: DataTransfer | null, at: number): boolean => {
      const isTaken = setup.language === "markdown" && data !== null && setup.attach(data.files, at)
      if (isTaken) event.preventDefault()
      return isTaken
    }
    const binding = sharedText(setup.cell.source, setup.write, setup.composing, setup.rest)
    const state = EditorState.create({
      doc: setup.cell.source.toString(),
      extensions: [
        Prec.highest(this.vim.of([])),
        Prec.high(keymap.of(ownKeys(setup))),
        setup.language === "markdown" ? Prec.high(keymap.of(textKeys(setup, (tool) => this.use(tool)))) : [],
        basics,
        this.options.of(this.extensionsFor(setup)),
        this.language.of(setup.language === "python" ? python() : []),
        setup.language === "plain" ? [] : syntaxHighlighting(classHighlighter),
        placeholder(setup.hint),
        binding,
        setup.presence ? carets(setup.cell.source, setup.presence, binding) : [],
        commentMarks(setup.openThread),
        foundMarks,
        this.help.of([]),
        EditorView.domEventHandlers({
          focus: () => setup.focused(),
          paste: (event, view) => takeFiles(event, event.clipboardData, view.state.selection.main.head),
          drop: (event, view) => takeFiles(event, event.dataTransfer, view.posAtCoords(event, false)),
        }),
      ],
    })
    this.view = new EditorView({ state, parent: setup.parent })
    if (setup.hasVim) void this.useVim(true).catch(() => undefined) // then the usual keys go on
    if (setup.language !== "python") this.loadLanguage().catch(() => undefined) // then it has no colours
  }

  configure(options: EditorOptions): void {
    this.view.dispatch({ effects: this.options.reconfigure(this.extensionsFor(options)) })
    if (options.hasVim !== this.hasVim) void this.useVim(options.hasVim).catch(() => undefined)
  }

  private extensionsFor(options: EditorOptions): Extension {
    const { completions: override } = this
    return [
      optionExtensions(options),
      autocompletion({ override, icons: false, activateOnTyping: options.completesAsTyped }),
    ]
  }

  /** Fetched only by who wants it. */
  private async useVim(isWanted: boolean): Promise<void> {
    this.hasVim = isWanted
    const keys = isWanted ? (await import("./vim")).vimKeys(this.setup) : []
    if (this.hasVim === isWanted) this.view.dispatch({ effects: this.vim.reconfigure(keys) })
  }

  /** Say what names are, from now on. */
  async describeNames(describe: Describe): Promise<void> {
    const { help } = await loadHelp()
    this.view.dispatch({ effects: this.help.reconfigure(help(describe)) })
  }

  /** Mark what is wrong. */
  async showProblems(checked: Checked | undefined): Promise<void> {
    const before = this.checked
    this.checked = checked
    if (before === checked || !(before?.problems.length || checked?.problems.length)) return
    const { showProblems } = await loadHelp()
    if (this.checked === checked) showProblems(this.view, checked)
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

  get caret(): number {
    return this.view.state.selection.main.head
  }

  /** Put the caret there, as far as there is text. */
  goTo(place: number): void {
    this.view.dispatch({
      selection: { anchor: Math.min(place, this.view.state.doc.length) },
      scrollIntoView: true,
    })
  }

  replaceSelected(text: string): void {
    this.view.dispatch(this.view.state.replaceSelection(text), { userEvent: "input.paste", scrollIntoView: true })
    this.view.focus()
  }

  use(tool: Tool): void {
    const { from, to } = this.view.state.selection.main
    const edit = tool({ text: this.text, from, to })
    const { anchor, head } = edit
    this.view.dispatch({ changes: edit, selection: { anchor, head }, userEvent: "input.tool", scrollIntoView: true })
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

  private async loadLanguage(): Promise<void> {
    const { language } = this.setup
    const found =
      language === "markdown"
        ? (await loadMarkdown()).markdown()
        : await (await import("./languages")).loadLanguage(language)
    if (found) this.view.dispatch({ effects: this.language.reconfigure(found) })
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
  bracketMatching(),
  closeBrackets(),
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, indentWithTab]),
]

function optionExtensions({ label, isReadOnly, hasLineNumbers, wraps, indent }: EditorOptions): Extension {
  return [
    indentUnit.of(" ".repeat(indent)),
    wraps ? EditorView.lineWrapping : [],
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

function textKeys(setup: EditorSetup, use: (tool: Tool) => void) {
  return [
    { key: "Mod-b", run: always(() => use(wrap("**"))) },
    { key: "Mod-i", run: always(() => use(wrap("*"))) },
    { key: "Mod-k", run: always(() => use(link(setup.linkText))) },
    { key: "Mod-Shift-h", run: always(() => use(heading)) },
    { key: "Alt-F10", run: setup.toTools },
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
