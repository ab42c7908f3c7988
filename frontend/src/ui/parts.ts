/**
 * Parts of the page that are fetched when they are first wanted, or in a quiet moment after the notebook has opened:
 * nobody waits for them before the first key press, and hardly anybody after it.
 */

export const panels = {
  history: () => import("./history/HistoryPanel.svelte"),
  resources: () => import("./machines/ResourcesPanel.svelte"),
  executed: () => import("./machines/ExecutedPanel.svelte"),
  scratch: () => import("../scratch/ScratchPanel.svelte"),
}

export const dialogs = {
  share: () => import("./sharing/ShareDialog.svelte"),
  shortcuts: () => import("./ShortcutsDialog.svelte"),
  recovered: () => import("./RecoveredDialog.svelte"),
  open: () => import("./OpenDialog.svelte"),
  field: () => import("../forms/FieldDialog.svelte"),
  preferences: () => import("./PreferencesDialog.svelte"),
  settings: () => import("./SettingsDialog.svelte"),
  info: () => import("./InfoDialog.svelte"),
  runtimeType: () => import("./machines/TypeDialog.svelte"),
  sessions: () => import("./machines/SessionsDialog.svelte"),
  log: () => import("./machines/LogDialog.svelte"),
  palette: () => import("./PaletteDialog.svelte"),
  upload: () => import("../machine/UploadDialog.svelte"),
  drive: () => import("../machine/DriveDialog.svelte"),
  feedback: () => import("../feedback/FeedbackPart.svelte"),
}

/** Fetch those that people use most, one after the other. What fails is fetched again when it is wanted. */
export async function fetchAhead(): Promise<void> {
  const markdown = async (): Promise<unknown> => (await import("../editor/codemirror")).loadMarkdown()
  for (const part of [markdown, dialogs.share, panels.history, dialogs.runtimeType]) {
    await part().catch(() => undefined)
  }
}
