/** What the page can show over the cells and beside them, one of each kind at a time. */

export type Dialog =
  | "share"
  | "shortcuts"
  | "about"
  | "reset"
  | "resetAll"
  | "recovered"
  | "trust"
  | "trash"
  | "settings"
  | "info"
  | "preferences"
  | "open"
  | "field"
  | "runtimeType"
  | "sessions"
  | "log"
  | "feedback"
  | "palette"
  | "upload"
  | "drive"

/** What the right side of the page may show. */
export type Panel = "history" | "comments" | "resources" | "executed" | "file" | "scratch"

/** What the left side may show. */
export type LeftPanel = "contents" | "snippets" | "find" | "files" | "variables" | "secrets"
