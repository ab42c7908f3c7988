/** Every command of the page, once: menus, key bindings and the list of shortcuts are all read from this table. */

import * as comments from "../comments/actions"
import * as cells from "../editor/cellActions"
import { copyCellLink } from "../editor/cellLinks"
import type { Page } from "../editor/page.svelte"
import { offerRecovered } from "../editor/recoveredActions"
import * as runs from "../editor/runActions"
import { addField } from "../forms/fieldActions"
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
  openNotebook: { run: () => location.assign("/"), keys: ["Mod+O"] },
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
  cutCell: { run: (page) => cells.cutCell(page), commandKeys: ["Mod+X"] },
  copyCell: { run: (page) => cells.copyCell(page), commandKeys: ["Mod+C"] },
  pasteCell: { run: cells.pasteCell, commandKeys: ["Mod+V"] },
  deleteCell: { run: (page) => cells.deleteCell(page), keys: ["Mod+M D"] },
  find: { run: (page) => void (page.leftPanel = "find"), keys: ["Mod+H"] },
  findNext: { run: findStep(1), keys: ["Mod+G"] },
  findPrevious: { run: findStep(-1), keys: ["Mod+Shift+G"] },
  clearOutputs: { run: cells.clearOutputs },
  settings: { run: showDialog("settings") },

  themeLight: { run: (page) => page.preferences.chooseTheme("light"), isChosen: hasTheme("light") },
  themeDark: { run: (page) => page.preferences.chooseTheme("dark"), isChosen: hasTheme("dark") },
  themeAdaptive: { run: (page) => page.preferences.chooseTheme("adaptive"), isChosen: hasTheme("adaptive") },
  lineNumbers: {
    run: (page) => page.preferences.toggleLineNumbers(),
    keys: ["Mod+M L"],
    isChosen: (page) => page.preferences.lineNumbers,
  },
  comments: { run: comments.toggleComments, isChosen: (page) => page.panel === "comments" },

  codeCell: { run: (page) => cells.insertBelow(page, "code"), keys: ["Mod+M B"], commandKeys: ["B"] },
  codeCellAbove: { run: (page) => cells.insertAbove(page, "code"), keys: ["Mod+M A"], commandKeys: ["A"] },
  textCell: { run: (page) => cells.insertBelow(page, "markdown") },
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

  feedback: { run: sendFeedback() },
  reportBug: { run: sendFeedback({ kind: "bug" }) },
  reportAbuse: { run: sendFeedback({ kind: "abuse" }), isOffered: (page) => page.provider.role !== "owner" },
  palette: { run: showDialog("palette"), keys: ["Mod+Shift+P"] },
  contents: { run: showLeftPanel("contents"), isChosen: (page) => page.leftPanel === "contents" },
  copyLink: { run: (page) => copyCellLink(page) },
  showCode: { run: toggleCode },
  addField: { run: addField },
  shortcuts: { run: showDialog("shortcuts"), keys: ["Mod+M H"] },
  about: { run: showDialog("about") },

  moveUp: { run: (page) => cells.moveCell(page, -1), keys: ["Mod+M K"] },
  moveDown: { run: (page) => cells.moveCell(page, 1), keys: ["Mod+M J"] },
  toText: { run: (page) => cells.convertCell(page, "markdown"), keys: ["Mod+M M"] },
  toCode: { run: (page) => cells.convertCell(page, "code"), keys: ["Mod+M Y"] },
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
    ["download", "downloadCommented"],
  ],
  edit: [
    ["undo", "redo"],
    ["cutCell", "copyCell", "pasteCell", "deleteCell", "copyLink"],
    ["find", "findNext", "findPrevious"],
    ["settings", "clearOutputs"],
    ["recovered"],
  ],
  view: [
    ["contents"],
    ["themeLight", "themeDark", "themeAdaptive"],
    ["executed"],
    ["comments", "showCode", "lineNumbers"],
  ],
  insert: [
    ["codeCell", "textCell"],
    ["addComment", "addField"],
  ],
  runtime: [
    ["runAll", "runBefore", "runFocused", "runSelection", "runAfter"],
    ["interrupt", "restart", "restartRunAll"],
    ["disconnect", "resetAll"],
    ["runtimeType"],
    ["sessions", "resources", "runtimeLog"],
  ],
  tools: [["palette"], ["shortcuts"]],
  help: [["feedback", "reportBug", "reportAbuse"], ["about"]],
}

function hasTheme(theme: Page["preferences"]["theme"]): (page: Page) => boolean {
  return (page) => page.preferences.theme === theme
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
