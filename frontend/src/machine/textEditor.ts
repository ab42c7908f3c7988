/** CodeMirror for a whole file. A chunk of its own, fetched when one is opened. */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands"
import { python } from "@codemirror/lang-python"
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language"
import { EditorState, type Extension } from "@codemirror/state"
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view"
import { classHighlighter } from "@lezer/highlight"

export type TextEditorEvents = Readonly<{ changed: (text: string) => void; save: () => void }>

export class TextEditor {
  private readonly view: EditorView
  private isShowing = false

  constructor(parent: HTMLElement, text: string, name: string, label: string, events: TextEditorEvents) {
    const state = EditorState.create({
      doc: text,
      extensions: [
        keymap.of([{ key: "Mod-s", run: () => (events.save(), true), preventDefault: true }]),
        // A file keeps the line ends that it has.
        EditorState.lineSeparator.of(text.includes("\r\n") ? "\r\n" : "\n"),
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("    "),
        bracketMatching(),
        languageOf(name),
        syntaxHighlighting(classHighlighter),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !this.isShowing) events.changed(this.text)
        }),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
      ],
    })
    this.view = new EditorView({ state, parent })
  }

  get text(): string {
    return this.view.state.sliceDoc()
  }

  /** Show another version of the file, with the caret where it was. */
  show(text: string): void {
    if (text === this.text) return
    this.isShowing = true
    const anchor = Math.min(this.view.state.selection.main.anchor, text.length)
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } })
    this.view.dispatch({ selection: { anchor: Math.min(anchor, this.view.state.doc.length) } })
    this.isShowing = false
  }

  destroy(): void {
    this.view.destroy()
  }
}

function languageOf(name: string): Extension {
  return /\.(py|pyi|pyw)$/.test(name) ? python() : []
}
