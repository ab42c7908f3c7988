/** Everything that the page says, in English: the dictionary that the others must match. */

import { contentsEn, findEn, formsEn, paletteEn } from "./editorEn"
import { feedbackEn } from "./feedbackEn"
import { machineEn } from "./machineEn"

/** "90 minutes", "12 hours". */
function span(seconds: number): string {
  const [count, unit] =
    seconds >= 7200 ? [seconds / 3600, "hour"] : seconds >= 60 ? [seconds / 60, "minute"] : [seconds, "second"]
  const rounded = Math.round(count)
  return `${rounded} ${unit}${rounded === 1 ? "" : "s"}`
}

type Times = Readonly<{ idle: number; lifetime: number }>

function whyGone(reason: string, times: Times): string {
  switch (reason) {
    case "idle":
      return `Nobody used the machine for ${span(times.idle)}, so it was given back.`
    case "lifetime":
      return `The machine's ${span(times.lifetime)} are over.`
    case "background":
      return "The machine was given back because nobody had the notebook open."
    case "accelerator":
      return "The machine was given back because its accelerator was not used."
    case "left":
      return "You left the waiting line."
    case "administrator":
      return "An administrator ended the machine."
    case "out-of-memory":
      return "The machine ran out of memory."
    case "failed":
      return "The machine could not be started. Try again; if it happens again, tell your administrator."
    default:
      return "The machine was lost."
  }
}

function whyRevision(why: string): string {
  switch (why) {
    case "created":
      return "Created"
    case "imported":
      return "Imported"
    case "before-restore":
      return "Before a restore"
    default:
      return "Restored"
  }
}

type Changes = Readonly<Partial<Record<"added" | "removed" | "changed" | "moved" | "results", number>>>

/** "3 cells changed, 1 added". */
function changesSentence({ changed, added, removed, moved, results }: Changes): string {
  const parts: [number | undefined, string][] = [
    [changed, "changed"],
    [added, "added"],
    [removed, "deleted"],
    [moved, "moved"],
    [results, "run or cleared"],
  ]
  const said = parts
    .filter(([count]) => count)
    .map(([count, what], place) => {
      const noun = place > 0 ? "" : count === 1 ? " cell" : " cells"
      return `${count ?? 0}${noun} ${what}`
    })
  return said.join(", ") || "No change of cells"
}

export const en = {
  menu: {
    file: "File",
    edit: "Edit",
    view: "View",
    insert: "Insert",
    runtime: "Runtime",
    tools: "Tools",
    help: "Help",
    bar: "Main menu",
  },
  commands: {
    newNotebook: "New notebook",
    openNotebook: "Open notebook",
    uploadNotebook: "Upload notebook",
    rename: "Rename",
    save: "Save",
    pinRevision: "Save and pin revision",
    revisionHistory: "Revision history",
    saveCopy: "Save a copy",
    openPlayground: "Open in playground mode",
    trash: "Move to trash",
    download: "Download .ipynb",
    downloadCommented: "Download .ipynb with comments",
    undo: "Undo",
    redo: "Redo",
    recovered: "Recovered edits",
    cutCell: "Cut cell",
    copyCell: "Copy cell",
    pasteCell: "Paste cell",
    deleteCell: "Delete cell",
    find: "Find and replace",
    findNext: "Find next",
    findPrevious: "Find previous",
    clearOutputs: "Clear all outputs",
    settings: "Notebook settings",
    themeLight: "Light theme",
    themeDark: "Dark theme",
    themeAdaptive: "Adaptive theme",
    comments: "Comments",
    lineNumbers: "Line numbers",
    codeCell: "Code cell",
    textCell: "Text cell",
    addComment: "Add a comment",
    codeCellAbove: "Code cell above",
    runAll: "Run all",
    runBefore: "Run before",
    runFocused: "Run the focused cell",
    runAndMove: "Run cell and select next",
    runAndInsert: "Run cell and insert below",
    runSelection: "Run selection",
    runAfter: "Run cell and below",
    interrupt: "Interrupt execution",
    restart: "Restart session",
    restartRunAll: "Restart session and run all",
    disconnect: "Disconnect and delete runtime",
    resetAll: "Reset all runtimes",
    runtimeType: "Change runtime type",
    sessions: "Manage sessions",
    resources: "View resources",
    runtimeLog: "View runtime logs",
    executed: "Executed code history",
    palette: "Command palette",
    contents: "Table of contents",
    copyLink: "Copy link to cell",
    showCode: "Show/hide code",
    addField: "Add a form field",
    shortcuts: "Keyboard shortcuts",
    feedback: "Send feedback",
    reportBug: "Report a bug",
    reportAbuse: "Report abuse",
    about: "About Tomoni",
    moveUp: "Move cell up",
    moveDown: "Move cell down",
    toText: "Convert to text cell",
    toCode: "Convert to code cell",
    previousCell: "Previous cell",
    nextCell: "Next cell",
    editCell: "Edit cell",
    leaveEditor: "Leave the editor",
  },
  cell: {
    code: (n: number) => `Code cell ${n}`,
    text: (n: number) => `Text cell ${n}`,
    editor: (n: number) => `Source of cell ${n}`,
    output: (n: number) => `Output of cell ${n}`,
    run: "Run cell",
    moreActions: "More cell actions",
    actions: "Cell actions",
    addCode: "Add code cell",
    addText: "Add text cell",
    codeHere: "Code",
    textHere: "Text",
    addCodeHere: (n: number) => `Insert code cell at position ${n}`,
    addTextHere: (n: number) => `Insert text cell at position ${n}`,
    emptyText: "Double-click (or press Enter) to edit",
    emptyCode: "Write code here",
    closeEditor: "Close the text editor",
    linkCopied: "The link to the cell is copied.",
    openEditor: "Edit text",
    queued: (ahead: number) =>
      ahead === 0 ? "Waiting for its turn" : `Waiting: ${ahead} ${ahead === 1 ? "run" : "runs"} before it`,
    ranAt: (when: string) => `run at ${when}`,
    neverRun: "Not run in this session",
    by: (name: string) => `run by ${name}`,
    took: (time: string) => `took ${time}`,
    loadingOutputs: "Loading outputs…",
    rawNote: "Raw cell",
    peopleHere: "Others in this cell",
    bringBack: "Bring it back",
  },
  input: {
    label: "Input for the running cell",
    password: "Password for the running cell",
    send: "Send",
  },
  runtime: {
    label: "Runtime",
    connect: "Connect",
    none: "Not connected",
    waiting: "Waiting",
    connecting: "Connecting",
    connected: "Connected",
    busy: "Busy",
    reconnecting: "Reconnecting",
    disconnected: "Disconnected",
    memory: "RAM",
    disk: "Disk",
    slow: "The machine is taking longer than usual to start. Your runs are queued and start by themselves.",
    stuck: "Connecting takes longer than it should. It goes on by itself; Retry asks for the machine once more.",
    outOfTouch: "The machine is out of touch. What runs there goes on, and what it prints is kept.",
    retry: "Retry",
    gone: (reason: string, times: Times) =>
      `${whyGone(reason, times)} What was written and printed is safe; variables and files of the machine are gone.`,
    reconnect: "Reconnect",
    reconnectAndRun: "Reconnect and run all",
    outOfMemory: (cell: number | undefined) =>
      `${cell === undefined ? "The code" : `Cell ${cell}`} used more memory than the machine has, so the session ended and variables are gone. The cell says how much it was. The next run starts a new session.`,
    inLine: (place: number) =>
      `All machines are in use. You are number ${place} in the waiting line; your machine starts by itself when there is room. Keep this page open.`,
    endingSoon: (reason: string, seconds: number) => {
      const left = `in ${span(Math.max(60, seconds))}`
      if (reason === "lifetime")
        return `The machine's time is over ${left}. Download files that you need; the notebook and its outputs stay.`
      if (reason === "accelerator") return `The accelerator is not used: the machine is given back ${left}.`
      return `Nobody uses the machine: it is given back ${left}, with its variables and files.`
    },
    stay: "Stay connected",
    memoryFull: (percent: number) =>
      `${percent} % of the machine's memory are in use. When it is full, the session ends and variables are lost.`,
    diskFull: (percent: number) =>
      `${percent} % of the machine's disk are in use. When it is full, files cannot be written any more.`,
    quota: (limit: unknown) =>
      `You already have ${String(limit)} runtimes. End one of them to connect another: Runtime ▸ Manage sessions.`,
    manage: "Manage sessions",
    kernelDied: "The session ended unexpectedly, so variables are gone. The next run starts a new session.",
    notAsked: "The platform could not be asked. Your run is queued and sent as soon as the connection is back.",
    mayNotRun: "You can view this notebook, but only editors may run its code.",
    noRuntime: "There is no runtime to do this with. Press Connect first.",
    nothingSelected: "Select some code first.",
    options: "Runtime options",
  },
  machines: {
    loading: "Loading…",
    typeTitle: "Change runtime type",
    type: "Runtime type",
    figures: (memory: string, disk: string, cpus: number) => `${memory} RAM · ${disk} disk · ${cpus} CPU`,
    times: (idle: number, lifetime: number) => `ends after ${span(idle)} without use, or ${span(lifetime)}`,
    networks: {
      none: "no network",
      registries: "package registries only",
      outward: "internet",
    } as Readonly<Record<string, string>>,
    plan: (name: string, count: number) =>
      `Your plan “${name}” has ${count} ${count === 1 ? "runtime" : "runtimes"} at once.`,
    replaces: "The present machine is deleted with its variables and files, and one of the other type is connected.",
    save: "Save",
    sessionsTitle: "Manage sessions",
    noSessions: "You have no machines.",
    untitled: "A notebook that you cannot see any more",
    thisNotebook: "this notebook",
    memoryOf: (text: string) => `RAM ${text}`,
    used: (when: string) => `last used ${when}`,
    terminate: "Terminate",
    terminateOf: (name: string) => `Terminate the session of ${name}`,
    states: {
      requested: "Waiting",
      starting: "Connecting",
      ready: "Connected",
      stopping: "Ending",
      gone: "Ended",
    } as Readonly<Record<string, string>>,
    logTitle: "Runtime logs",
    noLog: "There is no machine, and so no log.",
    events: {
      requested: "A machine was asked for",
      starting: "The machine starts",
      ready: "The machine is ready",
      stopping: "The machine is being ended",
      gone: "The machine is gone",
      "kernel-idle": "A kernel was started",
      "kernel-starting": "A kernel is being started",
      "kernel-restart": "The session was restarted",
      "kernel-oom": "The kernel ran out of memory",
      "kernel-signal": "The kernel was killed",
      "kernel-exit": "The kernel exited",
      "kernel-dead": "The kernel ended",
    } as Readonly<Record<string, string>>,
    resourcesTitle: "Resources",
    noResources: "Connect to see what your machine uses.",
    sinceOpened: "Since this page was opened",
    graphOf: (what: string, text: string) => `${what} over time, now ${text}`,
    executedTitle: "Executed code history",
    noneExecuted: "You have run no code in this notebook yet.",
    insert: "Insert as new cell",
    copy: "Copy",
    copied: "Copied",
    goToCell: "Go to cell",
  },
  save: {
    label: "Save state",
    saved: "All changes saved",
    saving: "Saving…",
    offline: "Offline, changes kept in this browser",
    refused: "Not saved, changes kept in this browser",
  },
  connection: {
    label: "Connection",
    open: "Online",
    connecting: "Connecting…",
    lost: "Not connected to the platform. Trying again; you can keep writing.",
    lostUnsaved: "Not saved yet: reconnecting. Your changes are kept in this browser and sent by themselves.",
    retry: "Retry now",
  },
  header: {
    home: "Tomoni home",
    name: "Notebook name",
    collaborators: "Collaborators",
    you: (name: string) => `${name} (you)`,
    goTo: (name: string) => `${name}: go to their cell`,
    morePeople: (count: number) => `${count} more ${count === 1 ? "person" : "people"}`,
    everybody: "Everybody here",
    readOnly: "View only",
    commentOnly: "Comment only",
    toolbar: "Notebook toolbar",
    runAll: "Run all",
  },
  dialogs: {
    close: "Close",
    cancel: "Cancel",
    ok: "Yes",
    shortcutsTitle: "Keyboard shortcuts",
    shortcutsEscape: "In an editor, Tab indents. Press Esc and then Tab to leave it.",
    commandMode: "when no editor has the focus",
    aboutTitle: "About Tomoni",
    aboutText: "Tomoni is a notebook laboratory that runs on your own machines.",
    build: (name: string) => `Build ${name}`,
    resetTitle: "Disconnect and delete runtime?",
    resetText: "The machine, its variables and its files at /content are deleted. The notebook and its outputs stay.",
    resetAllTitle: "Reset all runtimes?",
    resetAllText:
      "All your machines, of every notebook, are deleted with their variables and files. Notebooks and outputs stay.",
    resetAllDone: (count: number) => `${count} ${count === 1 ? "runtime was" : "runtimes were"} given back.`,
    trashTitle: "Move to trash?",
    trashText:
      "Everyone who has this notebook open is told, and its machines stop. You can take it out of the trash again.",
    restartTitle: "Restart session?",
    restartText: "Variables are lost and running cells are stopped. Files at /content stay.",
    recoveredTitle: "Recovered edits",
    recoveredText:
      "This notebook was replaced on the platform while you had edits that were not saved. They were not merged. Take from them what you need; they stay in this browser until you decide.",
    recoveredNone: "You have decided about all of them.",
    recoveredCell: (isCode: boolean): string => (isCode ? "Code cell" : "Text cell"),
    recoveredIsNow: (n: number) => `now cell ${n} of the notebook`,
    recoveredIsGone: "no longer in the notebook",
    recoveredDiff: (n: number) => `Recovered edit ${n}, compared with the notebook`,
    insertAsNew: "Insert as new cell",
    replaceCell: "Replace cell",
    copy: "Copy",
    copied: "Copied",
    discard: "Discard",
    gone: "only in the notebook",
    added: "only in your edit",
    later: "Decide later",
  },
  comments: {
    title: "Comments",
    write: "Write a comment, @ to mention somebody",
    reply: "Reply",
    editText: "Change this comment",
    send: "Comment",
    save: "Save",
    sending: "Sending…",
    retry: "Retry",
    notSent: "Not sent: the platform could not be reached. Your text is kept here.",
    people: "People to mention",
    filter: "Which comments are shown",
    filters: { open: "Open", resolved: "Resolved", all: "All" },
    none: {
      open: "There are no open comments. Select some text or a cell, then choose Insert ▸ Add a comment.",
      resolved: "No comments have been resolved.",
      all: "There are no comments yet.",
    },
    onCell: (n: number) => `Cell ${n}`,
    cellsGone: "Cells that were deleted",
    wholeCell: "The whole cell",
    textGone: "The text this was about has been deleted.",
    threadOf: (name: string) => `Thread begun by ${name}`,
    resolve: "Mark as resolved",
    reopen: "Reopen",
    resolvedBy: (name: string) => `Resolved by ${name}`,
    more: "More comment actions",
    edit: "Edit",
    delete: "Delete",
    deleteThread: "Delete thread",
    copyLink: "Copy link",
    sure: "Delete this comment?",
    sureThread: "Delete the whole thread, for everybody?",
    deleted: "This comment was deleted.",
    edited: "edited",
    somebody: "Somebody",
    countOnCell: (count: number, n: number) => `${count} ${count === 1 ? "comment" : "comments"} on cell ${n}`,
    countOpen: (count: number) => `${count} open ${count === 1 ? "comment" : "comments"}`,
    gone: "This comment does not exist any more.",
    mayNot: "You can view this notebook, but not comment on it.",
  },
  history: {
    title: "Revision history",
    current: "Current version",
    empty: "No versions yet.",
    loading: "Comparing…",
    pinned: "Pinned",
    pinnedNow: "This version is pinned: it is kept for ever.",
    why: whyRevision,
    changes: changesSentence,
    compare: "Compare",
    against: (what: string): string => (what === "now" ? "With now" : "With the version before"),
    versionOf: (when: string) => `Version of ${when}`,
    name: "Name this version",
    nameLabel: "Name of this version",
    saveName: "Save name",
    restore: "Restore this version",
    restoreCell: "Restore this cell",
    restored: (when: string) => `The version of ${when} was restored.`,
    restoredCell: "The cell was restored.",
    nothingToRestore: "The notebook is like that already.",
    undo: "Undo restore",
    undone: "The restore was undone.",
    metadata: "Settings of the notebook differ.",
    noDifference: "No cell differs.",
    sameCells: (count: number) => `${count} unchanged ${count === 1 ? "cell" : "cells"}`,
    added: "Added",
    removed: "Deleted",
    changed: "Changed",
    moved: (from: number) => `Moved, was cell ${from}`,
    otherResults: "Other results",
    resultBefore: "Result before",
    resultAfter: "Result after",
  },
  playground: {
    chip: "Playground mode",
    title: (name: string) => `Playground: ${name}`,
    ahead: (author: string) =>
      `You are viewing ${author}'s notebook. Edit and run freely: changes stay in your own copy.`,
    entered: "You are in your own copy now. The original is as it was; copy this to your notebooks to keep it.",
    keep: "Copy to my notebooks",
    kept: (name: string) => `This is “${name}” in your notebooks now.`,
    original: "Open the original",
  },
  trust: {
    title: "This notebook was not authored by you",
    text: (author: string) =>
      `It was authored by ${author}. Its code runs on your machine here: it can read the files there, and whatever you type into it. Read the code before you run it, and ask its author if something is unclear.`,
    run: "Run anyway",
  },
  settings: {
    title: "Notebook settings",
    omit: "Omit code cell output when saving this notebook",
    omitText:
      "Files, copies and versions then hold no outputs. What cells print is shown to everyone in the notebook and forgotten when the machine that ran them ends.",
    done: "Done",
  },
  share: {
    title: "Share",
    open: "Share",
    loading: "Loading who has access…",
    add: "Add people by email",
    addHint: "Several addresses: separate them with commas, spaces or new lines.",
    role: "Role",
    viewer: "Viewer",
    commenter: "Commenter",
    editor: "Editor",
    owner: "Owner",
    ends: "Access ends on",
    endsOf: (who: string) => `Access of ${who} ends on`,
    notify: "Notify people",
    message: "Message",
    send: "Send",
    addNow: "Add",
    people: "People with access",
    you: (name: string) => `${name} (you)`,
    notOpened: "Has not opened it yet",
    until: (day: string) => `until ${day}`,
    expired: (day: string) => `expired on ${day}`,
    more: (who: string) => `More for ${who}`,
    remove: (who: string) => `Remove access of ${who}`,
    noEnd: "No end",
    transfer: "Transfer ownership",
    transferAsk: (who: string) =>
      `Make ${who} the owner? They can then remove you and delete the notebook; you stay an editor until they change that.`,
    transferYes: "Make owner",
    general: "General access",
    restricted: "Restricted",
    link: "Anyone with the link",
    generalRole: "What they may do",
    restrictedText: "Only people with access by name can open this notebook.",
    organizationText: (name: string) => `Every member of ${name} who knows the address can open this notebook.`,
    linkText: "Everyone who has an account here and the link can open this notebook.",
    renew: "Replace the link",
    renewText: "The old link stops working, also for those who came by it.",
    editorsMayShare: "Editors can change permissions and share",
    what: "Shared are the text, the code, the outputs and the comments. The machine with its files and variables is not: everyone runs code on a machine of their own.",
    copyLink: "Copy link",
    linkCopied: "Link copied.",
    linkByHand: "The browser did not allow copying. This is the link:",
    stop: "Stop sharing",
    stopAsk: "Stop sharing? Everyone but you loses access at once, and the link stops working.",
    stopYes: "Stop sharing with everyone",
    done: "Done",
    mayNotShare: (owner: string) => `${owner} owns this notebook. To have it shared with somebody, ask them.`,
    myRole: (role: string) => `Your role: ${role}.`,
  },
  outputs: {
    outputOf: (cell: number) => `Output of cell ${cell}`,
    frameOf: (cell: number) => `Rich output of cell ${cell}`,
    linesHidden: (lines: number) => `${lines.toLocaleString("en")} ${lines === 1 ? "line" : "lines"} hidden`,
    download: "Download the whole text",
    loading: "Loading output…",
    tryAgain: "Try again",
    notFetched: "This output could not be fetched. It is kept on the server.",
    cannotShow: (types: string) => `This output is of a type that cannot be shown here: ${types}.`,
    image: "Image output",
    more: (count: number) => `Show ${count.toLocaleString("en")} more`,
    items: (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "item" : "items"}`,
  },
  errors: {
    dismiss: "Dismiss",
    noConnection: "The platform could not be reached. Nothing was lost; check your network and try again.",
    signInAgain: "You have been signed out. Sign in again in another tab, then reload this page.",
    forbidden: "You are not allowed to do this.",
    notFound: "This notebook does not exist, or you no longer have access to it.",
    tooLarge: "This is too large.",
    editTooLarge:
      "This change is too large to be saved. It is kept in this browser only: copy it elsewhere and undo it.",
    serverTrouble: "The platform has a problem. What is saved is safe; try again in a minute.",
    unexpected: (status: number) => `The platform gave an unexpected answer (${status}).`,
    support: (id: string) => `Support id: ${id}.`,
    notKept: "This browser cannot keep unsaved changes. Do not close this page while it is offline.",
    notYours: "Only its owner can move this notebook to the trash.",
    recoveredWaiting: (count: number) =>
      `${count} ${count === 1 ? "edit" : "edits"} of yours could not be merged, because the notebook was replaced. They are kept in this browser.`,
    show: "Show",
    cellTaken: "Somebody else deleted the cell that you were writing in.",
    readOnly: "You can view this notebook, but not change it.",
    replaced: "This notebook was replaced on the platform. Reload the page to see it; your unsaved edits are kept.",
    reload: "Reload",
    openFailed: "The notebook could not be opened.",
    signIn: "Sign in",
    copyFailed: "The browser did not allow copying.",
    aborted: "This run was stopped before it ended.",
    resultUnknown: "The connection to the machine was lost while this ran, so its result is unknown.",
    newBuild: "A new version of Tomoni is installed. Please refresh the page when it suits you; nothing is lost.",
    partMissing:
      "A part of this page could not be fetched; a new version of Tomoni may be installed. Please refresh the page when you are online; nothing is lost.",
  },
  machine: machineEn,
  feedback: feedbackEn,
  forms: formsEn,
  palette: paletteEn,
  contents: contentsEn,
  find: findEn,
  signedInAs: (email: string) => `You are signed in as ${email}.`,
  backToYourself: "Back to yourself",
  loading: "Opening the notebook…",
  loadingSlow: "Opening takes longer than usual. Still trying.",
}
