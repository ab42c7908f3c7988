/** Everything that the page says, in English: the dictionary that the others must match. */

function whyGone(reason: string): string {
  switch (reason) {
    case "idle":
      return "The machine was stopped because nothing was done with it for a long time."
    case "lifetime":
      return "The machine reached the end of its lifetime."
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
    download: "Download .ipynb",
    undo: "Undo",
    redo: "Redo",
    cutCell: "Cut cell",
    copyCell: "Copy cell",
    pasteCell: "Paste cell",
    deleteCell: "Delete cell",
    clearOutputs: "Clear all outputs",
    themeLight: "Light theme",
    themeDark: "Dark theme",
    themeAdaptive: "Adaptive theme",
    lineNumbers: "Line numbers",
    codeCell: "Code cell",
    textCell: "Text cell",
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
    shortcuts: "Keyboard shortcuts",
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
    openEditor: "Edit text",
    queued: "Waiting for its turn",
    neverRun: "Not run in this session",
    by: (name: string) => `run by ${name}`,
    took: (time: string) => `took ${time}`,
    loadingOutputs: "Loading outputs…",
    rawNote: "Raw cell",
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
    gone: (reason: string) => `${whyGone(reason)} What was written and printed is safe; variables are gone.`,
    kernelDied: "The session ended unexpectedly, so variables are gone. The next run starts a new session.",
    notAsked: "The platform could not be asked. Your run is queued and sent as soon as the connection is back.",
    mayNotRun: "You can view this notebook, but only editors may run its code.",
    noRuntime: "There is no runtime to do this with. Press Connect first.",
    nothingSelected: "Select some code first.",
    options: "Runtime options",
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
    readOnly: "View only",
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
    restartTitle: "Restart session?",
    restartText: "Variables are lost and running cells are stopped. Files at /content stay.",
    recoveredTitle: "Recovered edits",
    recoveredText:
      "This notebook was replaced on the platform while you had edits that were not saved. They were not merged. Copy what you need.",
    copy: "Copy",
    copied: "Copied",
    copyCell: (n: number) => `Copy recovered cell ${n}`,
    discard: "Discard these edits",
    later: "Keep for later",
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
    readOnly: "You can view this notebook, but not change it.",
    replaced: "This notebook was replaced on the platform. Reload the page to see it; your unsaved edits are kept.",
    reload: "Reload",
    openFailed: "The notebook could not be opened.",
    signIn: "Sign in",
    copyFailed: "The browser did not allow copying.",
    aborted: "This run was stopped before it ended.",
    resultUnknown: "The connection to the machine was lost while this ran, so its result is unknown.",
    newBuild: "A new version of Tomoni is installed. Reload when it suits you; nothing is lost.",
  },
  loading: "Opening the notebook…",
  loadingSlow: "Opening takes longer than usual. Still trying.",
}
