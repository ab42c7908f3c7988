/** 複数のセル、セクション、テキストセルのツール。 */

import type { Messages } from "./index"

export const cellsJa: Messages["cells"] = {
  select: "セルを選択",
  cut: "セルを切り取り",
  copy: "セルをコピー",
  delete: "セルを削除",
  chosen: (count) => `${String(count)} 個のセルを選択中`,
  isChosen: "選択中",
  copied: (count) => `${String(count)} 個のセルをコピーしました`,
  status: "選択中のセル",
  drag: "ドラッグして移動",
  toScratch: "スクラッチセルにコピー",
  noneRan: "このノートブックのセルはまだ実行されていません。",
  noCaret: "セルを分割する位置にカーソルを置いてください。",
}

export const sectionsJa: Messages["sections"] = {
  section: (n) => `セル ${String(n)} のセクション`,
  fold: "このセクションを折りたたむ",
  unfold: "このセクションを展開",
  hidden: (count) => `${String(count)} 個のセルが非表示`,
  run: "このセクションのセルを実行",
  kept: "ノートブックを開いた人には、この折りたたみの状態で表示されます。",
  newOne: "新しいセクション",
}

export const textToolsJa: Messages["textTools"] = {
  title: "テキストの書式",
  heading: "見出し",
  bold: "太字",
  italic: "斜体",
  code: "コード",
  link: "リンク",
  linkText: "リンク",
  image: "画像を挿入",
  numbers: "番号付きリスト",
  bullets: "箇条書き",
  quote: "引用",
  rule: "水平線",
  math: "LaTeX 数式",
  preview: (place) => `プレビュー: ${place}`,
  previews: { right: "横", below: "下", none: "なし" },
  noRoom: (name) => `このセルには ${name} を入れる余裕がありません。別のセルに入れてください。`,
  unreadable: (name) => `${name} は画像として読み込めませんでした。`,
}
