/** ノートブックを開く、フォームの項目の追加。 */

import type { Messages } from "./index"

export const openJa: Messages["open"] = {
  tabs: { recent: "最近", examples: "サンプル", upload: "アップロード" },
  filter: "ノートブックを絞り込む",
  none: "一致するノートブックはありません。",
  drop: "ここに .ipynb ファイルをドロップ",
  browse: "ファイルを選択",
  all: "すべてのノートブック",
  examples: {
    welcome: "ようこそ",
    basic_features_overview: "機能の概要",
    markdown_guide: "Markdown ガイド",
    io: "データの読み込みと保存",
    forms: "フォーム",
    charts: "グラフ",
    "snippets/importing_libraries": "ライブラリのインストール",
  },
}

export const newFieldJa: Messages["newField"] = {
  title: "フォームの項目を追加",
  kind: "種類",
  kinds: {
    text: "テキスト",
    choice: "プルダウン",
    integer: "整数",
    number: "数値",
    slider: "スライダー",
    boolean: "チェックボックス",
    date: "日付",
    raw: "Python の式",
    markdown: "フォーム内の文章 (マークダウン)",
  },
  name: "変数名",
  choices: "選択肢 (1 行に 1 つ)",
  text: "文章",
  allowsInput: "ほかの値も入力できる",
  min: "最小値",
  max: "最大値",
  step: "刻み幅",
  add: "追加",
  badName: "変数名には文字、数字、_ を使い、数字で始めることはできません。",
  noChoices: "選択肢を 1 つ以上入力してください。",
  noText: "フォームに表示する文章を入力してください。",
  badRange: "最小値は最大値より小さく、刻み幅は 0 より大きくしてください。",
  needsCode: "フォームはコードセルに付きます。先にコードセルを選択してください。",
}
