/** The panes of the machine, as far as the page needs them before one is opened. */

import type { machineEn } from "./machineEn"

export const machineJa: typeof machineEn = {
  rail: "サイドパネル",
  files: "ファイル",
  terminal: "ターミナル",
  uploadBroke:
    "このファイルを読み取れないか、送信できませんでした。この名前ではマシンに何も保存されていません。もう一度お試しください。",
  leaveChanged: (name) => `変更を保存せずに「${name}」を閉じますか？`,
  tooLargeToEdit: "このファイルは大きすぎるため、ここでは編集できません（最大 2 MB）。ダウンロードできます。",
  noText: "テキスト ファイルではありません。ダウンロードできます。",
  variables: "変数",
  secrets: "シークレット",
}

export const machineRefusals: Readonly<Record<string, string>> = {
  "file-missing": "このファイルまたはフォルダは、もうありません。",
  "file-exists": "同じ名前のものがすでにあります。",
  "file-outside": "ここで使えるフォルダの外を指しています。",
  "file-read-only": "変更できるのは /content の中のファイルだけです。それ以外はターミナルをご利用ください。",
  "file-changed": "このファイルは、ここで開いたあとにマシンの側で変更されました。",
  "file-kind": "この種類のものには、この操作はできません。",
  "file-name": "この名前は使えません（255 バイトまで、制御文字は不可）。",
  "file-no-space": "マシンのディスクに空きがありません。",
  "file-denied": "マシンがこの操作を許可していません。",
  "terminal-over": "このターミナルは終了しています。",
  "too-many": "1 台のマシンで開けるターミナルの数の上限に達しています。いずれかを終了してください。",
}
