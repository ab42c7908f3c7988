/** ページの日本語。 */

import type { Messages } from "./index"

function whyGone(reason: string): string {
  switch (reason) {
    case "idle":
      return "長い間操作がなかったため、マシンを停止しました。"
    case "lifetime":
      return "マシンの使用時間の上限に達しました。"
    case "out-of-memory":
      return "マシンのメモリが不足しました。"
    case "failed":
      return "マシンを起動できませんでした。もう一度お試しください。繰り返す場合は管理者に連絡してください。"
    default:
      return "マシンが失われました。"
  }
}

function whyRevision(why: string): string {
  switch (why) {
    case "created":
      return "作成"
    case "imported":
      return "インポート"
    case "before-restore":
      return "復元の前"
    default:
      return "復元"
  }
}

type Changes = Readonly<Partial<Record<"added" | "removed" | "changed" | "moved" | "results", number>>>

/** 「変更 3 セル、追加 1 セル」 */
function changesSentence({ changed, added, removed, moved, results }: Changes): string {
  const parts: [number | undefined, string][] = [
    [changed, "変更"],
    [added, "追加"],
    [removed, "削除"],
    [moved, "移動"],
    [results, "実行または消去"],
  ]
  const said = parts.filter(([count]) => count).map(([count, what]) => `${what} ${count ?? 0} セル`)
  return said.join("、") || "セルの変更なし"
}

export const ja: Messages = {
  menu: {
    file: "ファイル",
    edit: "編集",
    view: "表示",
    insert: "挿入",
    runtime: "ランタイム",
    tools: "ツール",
    help: "ヘルプ",
    bar: "メインメニュー",
  },
  commands: {
    newNotebook: "ノートブックを新規作成",
    openNotebook: "ノートブックを開く",
    uploadNotebook: "ノートブックをアップロード",
    rename: "名前の変更",
    save: "保存",
    pinRevision: "版を保存して固定",
    revisionHistory: "変更履歴",
    download: ".ipynb をダウンロード",
    undo: "元に戻す",
    redo: "やり直す",
    cutCell: "セルを切り取り",
    copyCell: "セルをコピー",
    pasteCell: "セルを貼り付け",
    deleteCell: "セルを削除",
    clearOutputs: "出力をすべて消去",
    themeLight: "ライトテーマ",
    themeDark: "ダークテーマ",
    themeAdaptive: "システムに合わせる",
    lineNumbers: "行番号",
    codeCell: "コードセル",
    textCell: "テキストセル",
    codeCellAbove: "上にコードセル",
    runAll: "すべてのセルを実行",
    runBefore: "より前のセルを実行",
    runFocused: "現在のセルを実行",
    runAndMove: "セルを実行して次を選択",
    runAndInsert: "セルを実行して下に挿入",
    runSelection: "選択範囲を実行",
    runAfter: "以降のセルを実行",
    interrupt: "実行を中断",
    restart: "セッションを再起動",
    restartRunAll: "セッションを再起動してすべて実行",
    disconnect: "ランタイムを接続解除して削除",
    shortcuts: "キーボード ショートカット",
    about: "Tomoni について",
    moveUp: "セルを上に移動",
    moveDown: "セルを下に移動",
    toText: "テキストセルに変換",
    toCode: "コードセルに変換",
    previousCell: "前のセル",
    nextCell: "次のセル",
    editCell: "セルを編集",
    leaveEditor: "エディタを離れる",
  },
  cell: {
    code: (n) => `コードセル ${n}`,
    text: (n) => `テキストセル ${n}`,
    editor: (n) => `セル ${n} のソース`,
    output: (n) => `セル ${n} の出力`,
    run: "セルを実行",
    moreActions: "その他のセル操作",
    actions: "セルの操作",
    addCode: "コードセルを追加",
    addText: "テキストセルを追加",
    codeHere: "コード",
    textHere: "テキスト",
    addCodeHere: (n) => `${n} 番目にコードセルを挿入`,
    addTextHere: (n) => `${n} 番目にテキストセルを挿入`,
    emptyText: "ダブルクリック(または Enter キー)で編集",
    emptyCode: "ここにコードを入力",
    closeEditor: "テキストエディタを閉じる",
    openEditor: "テキストを編集",
    queued: "順番を待っています",
    neverRun: "このセッションではまだ実行されていません",
    by: (name) => `実行者: ${name}`,
    took: (time) => `所要時間: ${time}`,
    loadingOutputs: "出力を読み込んでいます…",
    rawNote: "Raw セル",
  },
  input: {
    label: "実行中のセルへの入力",
    password: "実行中のセルへのパスワード",
    send: "送信",
  },
  runtime: {
    label: "ランタイム",
    connect: "接続",
    none: "未接続",
    waiting: "待機中",
    connecting: "接続しています",
    connected: "接続済み",
    busy: "実行中",
    reconnecting: "再接続しています",
    disconnected: "切断されました",
    memory: "RAM",
    disk: "ディスク",
    slow: "マシンの起動に時間がかかっています。実行は順番待ちに入っており、自動的に始まります。",
    stuck:
      "接続に通常より長い時間がかかっています。接続は自動的に続きます。「再試行」を押すとマシンをもう一度要求します。",
    outOfTouch: "マシンと通信できません。実行中の処理は続いており、出力は保存されます。",
    retry: "再試行",
    gone: (reason) => `${whyGone(reason)}書いた内容と出力は安全ですが、変数は失われました。`,
    kernelDied: "セッションが予期せず終了し、変数は失われました。次の実行で新しいセッションが始まります。",
    notAsked: "プラットフォームに接続できません。実行は順番待ちに入り、接続が戻り次第送信されます。",
    mayNotRun: "このノートブックは閲覧できますが、コードを実行できるのは編集者だけです。",
    noRuntime: "対象のランタイムがありません。先に「接続」を押してください。",
    nothingSelected: "先にコードを選択してください。",
    options: "ランタイムのオプション",
  },
  save: {
    label: "保存状態",
    saved: "すべての変更を保存しました",
    saving: "保存しています…",
    offline: "オフラインです。変更はこのブラウザに保管されています",
    refused: "保存されていません。変更はこのブラウザに保管されています",
  },
  connection: {
    label: "接続状態",
    open: "オンライン",
    connecting: "接続しています…",
    lost: "プラットフォームに接続していません。再接続を試みています。編集は続けられます。",
    lostUnsaved: "まだ保存されていません。再接続しています。変更はこのブラウザに保管され、自動的に送信されます。",
    retry: "今すぐ再試行",
  },
  header: {
    home: "Tomoni ホーム",
    name: "ノートブック名",
    collaborators: "共同編集者",
    you: (name) => `${name}(自分)`,
    readOnly: "閲覧のみ",
    toolbar: "ノートブックのツールバー",
    runAll: "すべて実行",
  },
  dialogs: {
    close: "閉じる",
    cancel: "キャンセル",
    ok: "はい",
    shortcutsTitle: "キーボード ショートカット",
    shortcutsEscape: "エディタでは Tab キーで字下げします。離れるには Esc、続けて Tab を押します。",
    commandMode: "エディタにフォーカスがないとき",
    aboutTitle: "Tomoni について",
    aboutText: "Tomoni は自分たちのマシンで動くノートブック環境です。",
    build: (name) => `ビルド ${name}`,
    resetTitle: "ランタイムを接続解除して削除しますか?",
    resetText: "マシンとその変数、/content のファイルが削除されます。ノートブックと出力は残ります。",
    restartTitle: "セッションを再起動しますか?",
    restartText: "変数は失われ、実行中のセルは停止します。/content のファイルは残ります。",
    recoveredTitle: "復元された編集",
    recoveredText:
      "保存されていない編集がある間に、このノートブックがプラットフォーム側で置き換えられました。編集は統合されていません。必要なものをコピーしてください。",
    copy: "コピー",
    copied: "コピーしました",
    copyCell: (n) => `復元されたセル ${n} をコピー`,
    discard: "これらの編集を破棄",
    later: "残しておく",
  },
  history: {
    title: "変更履歴",
    current: "現在の版",
    empty: "まだ版がありません。",
    loading: "比較しています…",
    pinned: "固定",
    pinnedNow: "この版を固定しました。自動的に整理されることはありません。",
    why: whyRevision,
    changes: changesSentence,
    compare: "比較の対象",
    against: (what: string) => (what === "now" ? "現在と比較" : "一つ前の版と比較"),
    versionOf: (when: string) => `${when} の版`,
    name: "この版に名前を付ける",
    nameLabel: "この版の名前",
    saveName: "名前を保存",
    restore: "この版を復元",
    restoreCell: "このセルを復元",
    restored: (when: string) => `${when} の版を復元しました。`,
    restoredCell: "セルを復元しました。",
    nothingToRestore: "ノートブックはすでにその状態です。",
    undo: "復元を取り消す",
    undone: "復元を取り消しました。",
    metadata: "ノートブックの設定が異なります。",
    noDifference: "異なるセルはありません。",
    sameCells: (count: number) => `変更のないセル ${count} 個`,
    added: "追加",
    removed: "削除",
    changed: "変更",
    moved: (from: number) => `移動（元はセル ${from}）`,
    otherResults: "結果が異なる",
    resultBefore: "変更前の結果",
    resultAfter: "変更後の結果",
  },
  share: {
    title: "共有",
    open: "共有",
    loading: "アクセスできるユーザーを読み込んでいます…",
    add: "メールアドレスでユーザーを追加",
    addHint: "複数のアドレスは、カンマ、スペース、改行で区切って入力できます。",
    role: "権限",
    viewer: "閲覧者",
    commenter: "閲覧者（コメント可）",
    editor: "編集者",
    owner: "オーナー",
    ends: "有効期限",
    endsOf: (who) => `${who} さんの有効期限`,
    notify: "通知する",
    message: "メッセージ",
    send: "送信",
    addNow: "追加",
    people: "アクセスできるユーザー",
    you: (name) => `${name}（自分）`,
    notOpened: "まだ開いていません",
    until: (day) => `${day}まで`,
    expired: (day) => `${day}に期限切れ`,
    more: (who) => `${who} さんのその他の設定`,
    remove: (who) => `${who} さんのアクセス権を削除`,
    noEnd: "期限なし",
    transfer: "オーナー権限の譲渡",
    transferAsk: (who) =>
      `${who} さんをオーナーにしますか？ 新しいオーナーは、あなたを外したりノートブックを削除したりできます。あなたは、変更されるまで編集者として残ります。`,
    transferYes: "オーナーにする",
    general: "一般的なアクセス",
    restricted: "制限付き",
    link: "リンクを知っている全員",
    generalRole: "許可する操作",
    restrictedText: "個別にアクセス権を付与されたユーザーだけが、このノートブックを開けます。",
    organizationText: (name) => `${name} のメンバーは、アドレスを知っていればこのノートブックを開けます。`,
    linkText: "ここにアカウントがあり、リンクを知っている人なら誰でも、このノートブックを開けます。",
    renew: "リンクを新しくする",
    renewText: "以前のリンクは使えなくなります。そのリンクで開いた人も開けなくなります。",
    editorsMayShare: "編集者は権限を変更して共有できます",
    what: "共有されるのは、テキスト、コード、出力、コメントです。マシンとそのファイルや変数は共有されません。コードは各自のマシンで実行されます。",
    copyLink: "リンクをコピー",
    linkCopied: "リンクをコピーしました。",
    linkByHand: "ブラウザでコピーが許可されませんでした。リンクはこちらです：",
    stop: "共有を停止",
    stopAsk: "共有を停止しますか？ あなた以外の全員がすぐにアクセスできなくなり、リンクも使えなくなります。",
    stopYes: "全員との共有を停止",
    done: "完了",
    mayNotShare: (owner) =>
      `このノートブックのオーナーは ${owner} さんです。ほかの人と共有したい場合は、オーナーに依頼してください。`,
    myRole: (role) => `あなたの権限：${role}`,
  },
  outputs: {
    outputOf: (cell) => `セル ${cell} の出力`,
    frameOf: (cell) => `セル ${cell} のリッチ出力`,
    linesHidden: (lines) => `${lines.toLocaleString("ja")} 行を省略しました`,
    download: "テキスト全体をダウンロード",
    loading: "出力を読み込んでいます…",
    tryAgain: "再試行",
    notFetched: "この出力を取得できませんでした。出力はサーバーに保存されています。",
    cannotShow: (types) => `この形式の出力は表示できません: ${types}`,
    image: "画像の出力",
    more: (count) => `さらに ${count.toLocaleString("ja")} 件を表示`,
    items: (count) => `${count.toLocaleString("ja")} 件`,
  },
  errors: {
    dismiss: "閉じる",
    noConnection:
      "プラットフォームに接続できませんでした。何も失われていません。ネットワークを確認してもう一度お試しください。",
    signInAgain: "サインアウトしています。別のタブでサインインしてから、このページを再読み込みしてください。",
    forbidden: "この操作は許可されていません。",
    notFound: "このノートブックは存在しないか、アクセスできなくなりました。",
    tooLarge: "サイズが大きすぎます。",
    editTooLarge:
      "この変更は大きすぎて保存できません。このブラウザにのみ保管されています。別の場所にコピーしてから元に戻してください。",
    serverTrouble: "プラットフォームに問題が起きています。保存済みの内容は安全です。しばらくしてからお試しください。",
    unexpected: (status) => `プラットフォームから予期しない応答がありました (${status})。`,
    support: (id) => `サポート ID: ${id}`,
    notKept: "このブラウザは未保存の変更を保管できません。オフラインの間はこのページを閉じないでください。",
    readOnly: "このノートブックは閲覧できますが、変更はできません。",
    replaced:
      "このノートブックはプラットフォーム側で置き換えられました。再読み込みすると表示されます。未保存の編集は保管されています。",
    reload: "再読み込み",
    openFailed: "ノートブックを開けませんでした。",
    signIn: "サインイン",
    copyFailed: "ブラウザがコピーを許可しませんでした。",
    aborted: "この実行は終了する前に停止されました。",
    resultUnknown: "実行中にマシンとの接続が失われたため、結果は不明です。",
    newBuild: "新しいバージョンの Tomoni が利用できます。都合のよいときに再読み込みしてください。何も失われません。",
  },
  loading: "ノートブックを開いています…",
  loadingSlow: "開くのに時間がかかっています。引き続き試みています。",
}

/** What the sockets refuse, by its code. */
export const refusals: Readonly<Record<string, string>> = {
  "bad-update": "この変更はノートブックに合わないため、保存できませんでした。",
  "too-large": "サイズの上限を超えているため、受け付けられませんでした。",
  "read-only": "このノートブックは閲覧のみ可能です。変更や実行はできません。",
  "too-fast": "一度に送られた要求が多すぎます。少し待ってからもう一度お試しください。",
  unavailable:
    "プラットフォームのデータベースに接続できません。操作は行われませんでした。数秒後にもう一度お試しください。",
  quota: "同時に使えるランタイムの数の上限に達しています。新しく接続するには、いずれかを接続解除してください。",
  "no-runtime": "マシンがありません。「接続」を押すか、セルを実行してください。",
  "no-link": "マシンと通信できません。実行中の処理は続いています。数秒後にもう一度お試しください。",
  timeout: "時間内に応答がありませんでした。しばらく待つか、セッションを再起動してください。",
  answered: "この質問にはすでに回答されています。",
}
