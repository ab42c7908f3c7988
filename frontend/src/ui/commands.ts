/** Every command of the page, once: menus, key bindings and the list of shortcuts are all read from this table. */

import * as comments from "../comments/actions"
import * as cells from "../editor/cellActions"
import { copyCellLink } from "../editor/cellLinks"
import { chooseAll, extend } from "../editor/chosenCells"
import * as clipboard from "../editor/clipboardActions"
import type { Page } from "../editor/page.svelte"
import { toggleOutputs } from "../editor/outputActions"
import { offerRecovered } from "../editor/recoveredActions"
import * as runs from "../editor/runActions"
import * as sections from "../editor/sectionActions"
import * as fields from "../forms/fieldActions"
import { HAS_FORM, readForm } from "../forms/form"
import type { Prefill } from "../feedback/context"
import type { Messages } from "../lib/i18n"
import * as files from "./fileActions"

export type CommandId = keyof Messages["commands"]

export type Command = Readonly<{
  run: (page: Page) => unknown
  /** As in "Mod+M A": Mod is Ctrl, or Cmd on a Mac; a second part comes after releasing the first. */
  keys?: readonly string[]
  /** Keys that count only while no editor has the focus. */
  commandKeys?: readonly string[]
  /** For a choice: whether it is the present one. */
  isChosen?: (page: Page) => boolean
  /** For what makes sense only at times: whether the menu has it now. */
  isOffered?: (page: Page) => boolean
}>

export const commands: Record<CommandId, Command> = {
  newNotebook: { run: files.newNotebook },
  openNotebook: { run: showDialog("open"), keys: ["Mod+O"] },
  uploadNotebook: { run: files.uploadNotebook },
  saveCopy: { run: files.saveCopy },
  openPlayground: { run: files.openPlayground },
  trash: { run: files.askToTrash },
  rename: { run: () => document.getElementById("notebook-name")?.focus() },
  save: { run: files.save, keys: ["Mod+S"] },
  download: { run: (page) => files.download(page) },
  downloadCommented: { run: (page) => files.download(page, "?comments=1") },
  pinRevision: { run: files.pinRevision, keys: ["Mod+M S"] },
  revisionHistory: { run: files.showHistory },

  undo: { run: cells.undo, keys: ["Mod+M Z"], commandKeys: ["Mod+Z"] },
  recovered: { run: offerRecovered, isOffered: (page) => page.provider.recovered.length > 0 },
  redo: { run: cells.redo, keys: ["Mod+Shift+Y"], commandKeys: ["Mod+Shift+Z", "Mod+Y"] },
  selectAll: { run: chooseAll, keys: ["Mod+Shift+A"] },
  cutCell: { run: clipboard.cut, keys: ["Mod+M X"], commandKeys: ["Mod+X"] },
  copyCell: { run: clipboard.copy, keys: ["Mod+M C"], commandKeys: ["Mod+C"] },
  pasteCell: { run: clipboard.pasteCells, keys: ["Mod+M V"], commandKeys: ["Mod+V"] },
  deleteCell: { run: (page) => cells.deleteCells(page), keys: ["Mod+M D"] },
  find: { run: (page) => void (page.leftPanel = "find"), keys: ["Mod+H"] },
  findNext: { run: findStep(1), keys: ["Mod+G"] },
  findPrevious: { run: findStep(-1), keys: ["Mod+Shift+G"] },
  clearOutputs: { run: cells.clearOutputs },
  settings: { run: showDialog("settings") },
  notebookInfo: { run: showDialog("info") },

  themeLight: { run: (page) => page.preferences.set("theme", "light"), isChosen: hasTheme("light") },
  themeDark: { run: (page) => page.preferences.set("theme", "dark"), isChosen: hasTheme("dark") },
  themeAdaptive: { run: (page) => page.preferences.set("theme", "adaptive"), isChosen: hasTheme("adaptive") },
  lineNumbers: {
    run: (page) => page.preferences.set("lineNumbers", !page.preferences.lineNumbers),
    keys: ["Mod+M L"],
    isChosen: (page) => page.preferences.lineNumbers,
  },
  comments: { run: comments.toggleComments, isChosen: (page) => page.panel === "comments" },

  foldSections: { run: sections.foldAll, commandKeys: ["Mod+]"] },
  unfoldSections: { run: (page) => page.sections.unfoldAll(), commandKeys: ["Mod+["] },
  keepLayout: { run: sections.keepLayout },
  foldSection: { run: (page) => sections.foldSection(page), commandKeys: ["ArrowLeft"] },
  unfoldSection: { run: (page) => sections.unfoldSection(page), commandKeys: ["ArrowRight"] },
  sectionCell: { run: sections.insertSection },

  codeCell: { run: (page) => cells.insertBelow(page, "code"), keys: ["Mod+M B"], commandKeys: ["B"] },
  codeCellAbove: { run: (page) => cells.insertAbove(page, "code"), keys: ["Mod+M A"], commandKeys: ["A"] },
  textCell: { run: (page) => cells.insertBelow(page, "markdown") },
  scratch: {
    run: async (page) => (await import("../scratch/scratch.svelte")).show(page),
    keys: ["Mod+Alt+N"],
    isOffered: (page) => page.canWrite,
  },
  addComment: { run: (page) => comments.addComment(page), keys: ["Mod+Alt+M"] },

  runAll: { run: runs.runAll, keys: ["Mod+F9"] },
  runBefore: { run: runs.runBefore, keys: ["Mod+F8"] },
  runFocused: { run: (page) => runs.runFocused(page), keys: ["Mod+Enter"] },
  runAndMove: { run: runs.runAndMove, keys: ["Shift+Enter"] },
  runAndInsert: { run: runs.runAndInsert, keys: ["Alt+Enter"] },
  runSelection: { run: runs.runSelection, keys: ["Mod+Shift+Enter"] },
  runAfter: { run: runs.runAfter, keys: ["Mod+F10"] },
  interrupt: { run: runs.interrupt, keys: ["Mod+M I"] },
  restart: { run: runs.restart, keys: ["Mod+M ."] },
  restartRunAll: { run: runs.restartAndRunAll },
  disconnect: { run: showDialog("reset") },
  resetAll: { run: showDialog("resetAll") },
  runtimeType: { run: showDialog("runtimeType") },
  sessions: { run: showDialog("sessions") },
  resources: { run: showPanel("resources") },
  runtimeLog: { run: showDialog("log") },
  executed: { run: showPanel("executed") },

  preferences: { run: showDialog("preferences"), keys: ["Mod+,"] },
  feedback: { run: sendFeedback() },
  reportBug: { run: sendFeedback({ kind: "bug" }) },
  reportAbuse: { run: sendFeedback({ kind: "abuse" }), isOffered: (page) => page.provider.role !== "owner" },
  palette: { run: showDialog("palette"), keys: ["Mod+Shift+P"] },
  contents: { run: showLeftPanel("contents"), isChosen: (page) => page.leftPanel === "contents" },
  copyLink: { run: (page) => copyCellLink(page) },
  showCode: { run: toggleCode },
  showOutput: { run: toggleOutputs, keys: ["Mod+M O"] },
  formAndCode: { run: fields.chooseView("both"), isOffered: fields.hasForm, isChosen: showsForm("both") },
  formOnly: { run: fields.chooseView("form"), isOffered: fields.hasForm, isChosen: showsForm("form") },
  codeOnly: { run: fields.chooseView("code"), isOffered: fields.hasForm, isChosen: showsForm("code") },
  snippets: {
    run: showLeftPanel("snippets"),
    keys: ["Mod+Alt+P"],
    isChosen: (page) => page.leftPanel === "snippets",
  },
  print: { run: files.print, keys: ["Mod+P"] },
  downloadScript: { run: files.downloadScript },
  focusLastRun: { run: runs.focusLastRun },
  addField: { run: fields.addField },
  shortcuts: { run: showDialog("shortcuts"), keys: ["Mod+M H"] },
  about: { run: showDialog("about") },

  moveUp: { run: (page) => cells.moveCells(page, -1), keys: ["Mod+M K"] },
  moveDown: { run: (page) => cells.moveCells(page, 1), keys: ["Mod+M J"] },
  toText: { run: (page) => cells.convertCells(page, "markdown"), keys: ["Mod+M M"] },
  toCode: { run: (page) => cells.convertCells(page, "code"), keys: ["Mod+M Y"] },
  mergeCells: { run: cells.mergeCells, keys: ["Mod+M /"] },
  splitCell: { run: cells.splitCell, keys: ["Mod+M -"] },
  extendUp: { run: (page) => extend(page, -1), commandKeys: ["Shift+ArrowUp", "Shift+K"] },
  extendDown: { run: (page) => extend(page, 1), commandKeys: ["Shift+ArrowDown", "Shift+J"] },
  previousCell: {
    run: (page) => cells.selectNeighbour(page, -1),
    keys: ["Mod+M P"],
    commandKeys: ["ArrowUp", "K"],
  },
  nextCell: { run: (page) => cells.selectNeighbour(page, 1), keys: ["Mod+M N"], commandKeys: ["ArrowDown", "J"] },
  editCell: { run: cells.enterCell, commandKeys: ["Enter"] },
  leaveEditor: { run: (page) => page.selection.select(page.cell?.id), keys: ["Escape"] },
}

export type MenuId = Exclude<keyof Messages["menu"], "bar">

/** The menus, with their groups. */
export const menus: Record<MenuId, readonly (readonly CommandId[])[]> = {
  file: [
    ["newNotebook", "openNotebook", "uploadNotebook"],
    ["openPlayground"],
    ["rename", "trash"],
    ["saveCopy", "save", "pinRevision", "revisionHistory"],
    ["download", "downloadScript", "print", "downloadCommented"],
  ],
  edit: [
    ["undo", "redo"],
    ["selectAll", "cutCell", "copyCell", "pasteCell", "deleteCell", "copyLink"],
    ["mergeCells", "splitCell", "toText", "toCode"],
    ["find", "findNext", "findPrevious"],
    ["settings", "clearOutputs"],
    ["recovered"],
  ],
  view: [
    ["contents", "notebookInfo"],
    ["themeLight", "themeDark", "themeAdaptive"],
    ["executed"],
    ["foldSections", "unfoldSections", "keepLayout"],
    ["comments", "showCode", "showOutput", "lineNumbers"],
    ["formAndCode", "formOnly", "codeOnly"],
  ],
  insert: [["codeCell", "textCell", "sectionCell", "scratch"], ["snippets"], ["addComment", "addField"]],
  runtime: [
    ["runAll", "runBefore", "runFocused", "runSelection", "runAfter"],
    ["interrupt", "focusLastRun", "restart", "restartRunAll"],
    ["disconnect", "resetAll"],
    ["runtimeType"],
    ["sessions", "resources", "runtimeLog"],
  ],
  tools: [["palette"], ["preferences", "shortcuts"]],
  help: [["feedback", "reportBug", "reportAbuse"], ["about"]],
}

function hasTheme(theme: Page["preferences"]["theme"]): (page: Page) => boolean {
  return (page) => page.preferences.theme === theme
}

function showsForm(view: ReturnType<typeof fields.viewOf>): (page: Page) => boolean {
  return (page) => fields.viewOf(page) === view
}

function sendFeedback(prefill?: Prefill): (page: Page) => void {
  return (page) => page.sendFeedback(prefill)
}

/** The next or the one before of what is looked for; with nothing to look for, the panel where one says it. */
function findStep(by: 1 | -1): (page: Page) => void {
  return (page) => {
    if (page.isFinding && page.finder?.text) page.finder.step(by)
    else page.leftPanel = "find"
  }
}

/** Hide the code of a cell that has a form, or show it again. */
function toggleCode(page: Page): void {
  const { cell } = page
  if (!cell || !HAS_FORM.test(cell.text) || !page.mayEdit()) return
  const view = cell.view ?? (readForm(cell.text)?.hidesCode ? "form" : "both")
  page.document.chooseView(cell.id, view === "form" ? "both" : "form")
}

function showLeftPanel(panel: NonNullable<Page["leftPanel"]>): (page: Page) => void {
  return (page) => {
    page.leftPanel = page.leftPanel === panel ? undefined : panel
  }
}

/** Show a panel, or close it again. */
function showPanel(panel: NonNullable<Page["panel"]>): (page: Page) => void {
  return (page) => {
    page.panel = page.panel === panel ? undefined : panel
  }
}

function showDialog(dialog: NonNullable<Page["dialog"]>): (page: Page) => void {
  return (page) => {
    page.dialog = dialog
  }
}
