/** 個人の設定とキーの割り当て。 */

import type { Messages } from "./index"

export const preferencesJa: Messages["preferences"] = {
  title: "設定",
  site: "サイト",
  editor: "エディタ",
  theme: "テーマ",
  themes: { adaptive: "システムに合わせる", light: "ライト", dark: "ダーク" },
  language: "言語",
  browserLanguage: "ブラウザと同じ",
  languageLater: "次にページを開いたときからこの言語で表示されます。",
  fontSize: "コードの文字サイズ",
  indent: "インデントの幅",
  spaces: (count) => `スペース ${String(count)} 個`,
  preview: "テキストセルのプレビュー",
  lineNumbers: "行番号を表示",
  wrap: "長い行を折り返す",
  completeAsTyped: "入力中に補完候補を表示",
  diagnostics: "コードの診断",
  levels: { syntax: "構文", types: "構文と型チェック", none: "なし" },
  checkedUpTo: "コードの診断は、コードセルが 1,000 個までのノートブックで行われます。",
  vim: "Vim のキー操作",
  vimText: "Vim のキー操作では、ノーマルモードで Esc を押すとセルを離れます。",
}

/** 実行前のコードの問題。構文エラーは言語サーバーの言葉のまま表示する。 */
export const diagnosticsJa: Messages["diagnostics"] = {
  noName: (name) => `「${name}」は定義されていません。`,
  noModule: (name) => `モジュール「${name}」がこのマシンに見つかりません。`,
}

export const shortcutsJa: Messages["shortcuts"] = {
  change: "変更",
  changeOf: (name) => `「${name}」のキーを変更`,
  reset: "元に戻す",
  resetOf: (name) => `「${name}」のキーを元に戻す`,
  resetAll: "すべて元に戻す",
  resetDone: "すべてのコマンドが標準のキーに戻りました。",
  press: (name) => `「${name}」に割り当てるキーを押してください。Esc で中止します。`,
  second: "Ctrl+M は 2 段階のキーの始まりです。次のキーを押してください。",
  needsModifier: "文字だけのキーは入力に使われます。Ctrl や Alt と組み合わせるか、Ctrl+M の後に使ってください。",
  done: (keys, name) => `${keys} を「${name}」に割り当てました。`,
  taken: (keys, name, other) => `${keys} を「${name}」に割り当てました。「${other}」の割り当ては外れました。`,
}
