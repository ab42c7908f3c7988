/** ページの日本語。 */

import { contentsJa, findJa, formsJa, paletteJa } from "./editorJa"
import { feedbackJa } from "./feedbackJa"
import type { Messages } from "./index"
import { machineJa, machineRefusals } from "./machineJa"

function span(seconds: number): string {
  if (seconds >= 7200) return `${Math.round(seconds / 3600)} 時間`
  return seconds >= 60 ? `${Math.round(seconds / 60)} 分` : `${Math.round(seconds)} 秒`
}

function whyGone(reason: string, times: Readonly<{ idle: number; lifetime: number }>): string {
  switch (reason) {
    case "idle":
      return `${span(times.idle)}間操作がなかったため、マシンは返却されました。`
    case "lifetime":
      return `マシンの使用時間（${span(times.lifetime)}）が終わりました。`
    case "background":
      return "ノートブックを誰も開いていなかったため、マシンは返却されました。"
    case "accelerator":
      return "アクセラレータが使われていなかったため、マシンは返却されました。"
    case "left":
      return "順番待ちの列から離れました。"
    case "administrator":
      return "管理者がマシンを終了しました。"
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
    saveCopy: "コピーを保存",
    openPlayground: "プレイグラウンド モードで開く",
    trash: "ゴミ箱に移動",
    download: ".ipynb をダウンロード",
    downloadCommented: ".ipynb をコメント付きでダウンロード",
    undo: "元に戻す",
    redo: "やり直す",
    recovered: "復元された編集",
    cutCell: "セルを切り取り",
    copyCell: "セルをコピー",
    pasteCell: "セルを貼り付け",
    deleteCell: "セルを削除",
    find: "検索と置換",
    findNext: "次を検索",
    findPrevious: "前を検索",
    clearOutputs: "出力をすべて消去",
    settings: "ノートブックの設定",
    themeLight: "ライトテーマ",
    themeDark: "ダークテーマ",
    themeAdaptive: "システムに合わせる",
    comments: "コメント",
    lineNumbers: "行番号",
    codeCell: "コードセル",
    textCell: "テキストセル",
    addComment: "コメントを追加",
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
    resetAll: "すべてのランタイムをリセット",
    runtimeType: "ランタイムのタイプを変更",
    sessions: "セッションの管理",
    resources: "リソースを表示",
    runtimeLog: "ランタイムのログを表示",
    executed: "実行したコードの履歴",
    palette: "コマンドパレット",
    contents: "目次",
    copyLink: "セルへのリンクをコピー",
    showCode: "コードの表示/非表示",
    addField: "フォームの項目を追加",
    shortcuts: "キーボード ショートカット",
    feedback: "フィードバックを送信",
    reportBug: "不具合を報告",
    reportAbuse: "不正行為を報告",
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
    linkCopied: "セルへのリンクをコピーしました。",
    openEditor: "テキストを編集",
    queued: (ahead) => (ahead === 0 ? "順番を待っています" : `順番待ち: 前に ${ahead} 件の実行があります`),
    ranAt: (when) => `${when} に実行`,
    neverRun: "このセッションではまだ実行されていません",
    by: (name) => `実行者: ${name}`,
    took: (time) => `所要時間: ${time}`,
    loadingOutputs: "出力を読み込んでいます…",
    rawNote: "Raw セル",
    peopleHere: "このセルにいる人",
    bringBack: "元に戻す",
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
    gone: (reason, times) =>
      `${whyGone(reason, times)}書いた内容と出力は安全ですが、変数とマシン上のファイルは失われました。`,
    reconnect: "再接続",
    reconnectAndRun: "再接続してすべて実行",
    outOfMemory: (cell) =>
      `${cell === undefined ? "コード" : `セル ${cell} `}がマシンのメモリを超えて使用したため、セッションが終了し、変数は失われました。使用量はセルに表示されています。次の実行で新しいセッションが始まります。`,
    inLine: (place) =>
      `すべてのマシンが使用中です。順番待ちの ${place} 番目です。空きができると自動的に始まりますので、このページを開いたままにしてください。`,
    endingSoon: (reason, seconds) => {
      const left = `あと${span(Math.max(60, seconds))}で`
      if (reason === "lifetime")
        return `${left}マシンの使用時間が終わります。必要なファイルをダウンロードしてください。ノートブックと出力は残ります。`
      if (reason === "accelerator") return `アクセラレータが使われていません。${left}マシンは返却されます。`
      return `マシンが使われていません。${left}、変数とファイルとともに返却されます。`
    },
    stay: "接続を維持",
    memoryFull: (percent) =>
      `マシンのメモリの ${percent} % を使用しています。いっぱいになるとセッションが終了し、変数が失われます。`,
    diskFull: (percent) =>
      `マシンのディスクの ${percent} % を使用しています。いっぱいになるとファイルを書き込めなくなります。`,
    quota: (limit) =>
      `すでに ${String(limit)} 個のランタイムがあります。新しく接続するには、「ランタイム ▸ セッションの管理」でいずれかを終了してください。`,
    manage: "セッションの管理",
    kernelDied: "セッションが予期せず終了し、変数は失われました。次の実行で新しいセッションが始まります。",
    notAsked: "プラットフォームに接続できません。実行は順番待ちに入り、接続が戻り次第送信されます。",
    mayNotRun: "このノートブックは閲覧できますが、コードを実行できるのは編集者だけです。",
    noRuntime: "対象のランタイムがありません。先に「接続」を押してください。",
    nothingSelected: "先にコードを選択してください。",
    options: "ランタイムのオプション",
  },
  machines: {
    loading: "読み込んでいます…",
    typeTitle: "ランタイムのタイプを変更",
    type: "ランタイムのタイプ",
    figures: (memory, disk, cpus) => `RAM ${memory} · ディスク ${disk} · CPU ${cpus}`,
    times: (idle, lifetime) => `${span(idle)}間使わないか、${span(lifetime)}たつと終了`,
    networks: { none: "ネットワークなし", registries: "パッケージ レジストリのみ", outward: "インターネット" },
    plan: (name, count) => `プラン「${name}」では同時に ${count} 個のランタイムを使えます。`,
    replaces: "現在のマシンは変数とファイルとともに削除され、選んだタイプのマシンに接続します。",
    save: "保存",
    sessionsTitle: "セッションの管理",
    noSessions: "マシンはありません。",
    untitled: "閲覧できなくなったノートブック",
    thisNotebook: "このノートブック",
    memoryOf: (text) => `RAM ${text}`,
    used: (when) => `最終使用 ${when}`,
    terminate: "終了",
    terminateOf: (name) => `${name} のセッションを終了`,
    states: {
      requested: "待機中",
      starting: "接続しています",
      ready: "接続済み",
      stopping: "終了しています",
      gone: "終了しました",
    },
    logTitle: "ランタイムのログ",
    noLog: "マシンがないため、ログもありません。",
    events: {
      requested: "マシンが要求されました",
      starting: "マシンを起動しています",
      ready: "マシンの準備ができました",
      stopping: "マシンを終了しています",
      gone: "マシンは終了しました",
      "kernel-idle": "カーネルが起動しました",
      "kernel-starting": "カーネルを起動しています",
      "kernel-restart": "セッションが再起動されました",
      "kernel-oom": "カーネルのメモリが不足しました",
      "kernel-signal": "カーネルが強制終了されました",
      "kernel-exit": "カーネルが終了しました",
      "kernel-dead": "カーネルが終了しました",
    },
    resourcesTitle: "リソース",
    noResources: "接続すると、マシンの使用状況が表示されます。",
    sinceOpened: "このページを開いてからの推移",
    graphOf: (what, text) => `${what} の推移、現在 ${text}`,
    executedTitle: "実行したコードの履歴",
    noneExecuted: "このノートブックではまだコードを実行していません。",
    insert: "新しいセルとして挿入",
    copy: "コピー",
    copied: "コピーしました",
    goToCell: "セルへ移動",
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
    goTo: (name) => `${name} のセルへ移動`,
    morePeople: (count) => `ほか ${count} 人`,
    everybody: "開いている人すべて",
    readOnly: "閲覧のみ",
    commentOnly: "コメントのみ",
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
    resetAllTitle: "すべてのランタイムをリセットしますか？",
    resetAllText: "すべてのノートブックのマシンが、変数とファイルとともに削除されます。ノートブックと出力は残ります。",
    resetAllDone: (count) => `${count} 個のランタイムを返却しました。`,
    trashTitle: "ゴミ箱に移動しますか？",
    trashText: "このノートブックを開いている人に通知され、マシンは停止します。ゴミ箱から元に戻せます。",
    restartTitle: "セッションを再起動しますか?",
    restartText: "変数は失われ、実行中のセルは停止します。/content のファイルは残ります。",
    recoveredTitle: "復元された編集",
    recoveredText:
      "保存されていない編集がある間に、このノートブックがプラットフォーム側で置き換えられました。編集は統合されていません。必要なものを取り込んでください。決めるまでこのブラウザに保管されます。",
    recoveredNone: "すべての編集について決定しました。",
    recoveredCell: (isCode) => (isCode ? "コードセル" : "テキストセル"),
    recoveredIsNow: (n) => `現在のノートブックのセル ${n}`,
    recoveredIsGone: "現在のノートブックにはありません",
    recoveredDiff: (n) => `復元された編集 ${n} とノートブックの比較`,
    insertAsNew: "新しいセルとして挿入",
    replaceCell: "セルを置き換え",
    copy: "コピー",
    copied: "コピーしました",
    discard: "破棄",
    gone: "ノートブックにのみあります",
    added: "編集にのみあります",
    later: "あとで決める",
  },
  comments: {
    title: "コメント",
    write: "コメントを入力(@ でメンション)",
    reply: "返信",
    editText: "コメントを編集",
    send: "コメントする",
    save: "保存",
    sending: "送信しています…",
    retry: "再試行",
    notSent: "送信できませんでした。プラットフォームに接続できません。入力した内容は残っています。",
    people: "メンションする相手",
    filter: "表示するコメント",
    filters: { open: "未解決", resolved: "解決済み", all: "すべて" },
    none: {
      open: "未解決のコメントはありません。テキストやセルを選択し、「挿入」から「コメントを追加」を選んでください。",
      resolved: "解決済みのコメントはありません。",
      all: "コメントはまだありません。",
    },
    onCell: (n) => `セル ${n}`,
    cellsGone: "削除されたセル",
    wholeCell: "セル全体",
    textGone: "対象のテキストは削除されました。",
    threadOf: (name) => `${name} さんが始めたスレッド`,
    resolve: "解決済みにする",
    reopen: "再開する",
    resolvedBy: (name) => `${name} さんが解決済みにしました`,
    more: "その他のコメント操作",
    edit: "編集",
    delete: "削除",
    deleteThread: "スレッドを削除",
    copyLink: "リンクをコピー",
    sure: "このコメントを削除しますか?",
    sureThread: "スレッド全体を削除しますか?全員の画面から消えます。",
    deleted: "このコメントは削除されました。",
    edited: "編集済み",
    somebody: "名前のわからない人",
    countOnCell: (count, n) => `セル ${n} のコメント ${count} 件`,
    countOpen: (count) => `未解決のコメント ${count} 件`,
    gone: "このコメントはもうありません。",
    mayNot: "このノートブックは閲覧できますが、コメントはできません。",
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
  playground: {
    chip: "プレイグラウンド モード",
    title: (name) => `プレイグラウンド: ${name}`,
    ahead: (author) =>
      `${author} さんのノートブックを表示しています。自由に編集・実行できます。変更はあなた専用のコピーにだけ反映されます。`,
    entered:
      "ここからはあなた専用のコピーです。元のノートブックは変わりません。残すにはマイ ノートブックにコピーしてください。",
    keep: "マイ ノートブックにコピー",
    kept: (name) => `「${name}」としてマイ ノートブックに追加しました。`,
    original: "元のノートブックを開く",
  },
  trust: {
    title: "このノートブックの作成者はあなたではありません",
    text: (author) =>
      `作成者は ${author} さんです。コードはここでのあなたのマシンで実行され、そこにあるファイルや入力した内容を読み取れます。実行する前にコードを確認し、不明な点は作成者に問い合わせてください。`,
    run: "このまま実行",
  },
  settings: {
    title: "ノートブックの設定",
    omit: "このノートブックを保存する際にコードセルの出力を除外する",
    omitText:
      "ファイル、コピー、変更履歴に出力は含まれません。実行結果はノートブックを開いている人に表示され、実行したマシンが終了すると破棄されます。",
    done: "完了",
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
    notYours: "ノートブックをゴミ箱に移動できるのはオーナーだけです。",
    recoveredWaiting: (count) =>
      `ノートブックが置き換えられたため、${count} 件の編集を統合できませんでした。このブラウザに保管されています。`,
    show: "表示",
    cellTaken: "編集していたセルを、ほかの人が削除しました。",
    readOnly: "このノートブックは閲覧できますが、変更はできません。",
    replaced:
      "このノートブックはプラットフォーム側で置き換えられました。再読み込みすると表示されます。未保存の編集は保管されています。",
    reload: "再読み込み",
    openFailed: "ノートブックを開けませんでした。",
    signIn: "サインイン",
    copyFailed: "ブラウザがコピーを許可しませんでした。",
    aborted: "この実行は終了する前に停止されました。",
    resultUnknown: "実行中にマシンとの接続が失われたため、結果は不明です。",
    newBuild:
      "新しいバージョンの Tomoni が利用できます。都合のよいときにページを再読み込みしてください。何も失われません。",
    partMissing:
      "このページの一部を取得できませんでした。Tomoni が新しいバージョンに更新された可能性があります。オンラインのときにページを再読み込みしてください。何も失われません。",
  },
  machine: machineJa,
  feedback: feedbackJa,
  forms: formsJa,
  palette: paletteJa,
  contents: contentsJa,
  find: findJa,
  signedInAs: (email) => `${email} としてログインしています。`,
  backToYourself: "自分のアカウントに戻る",
  loading: "ノートブックを開いています…",
  loadingSlow: "開くのに時間がかかっています。引き続き試みています。",
}

/** What the sockets refuse, by its code. */
export const refusals: Readonly<Record<string, string | ((about: Readonly<Record<string, unknown>>) => string)>> = {
  "bad-update": "この変更はノートブックに合わないため、保存できませんでした。",
  "too-large": "サイズの上限を超えているため、受け付けられませんでした。",
  "cell-too-large": "セルのテキストが長すぎるため、この変更は保存できませんでした。セルを分割してください。",
  "notebook-full":
    "ノートブックの容量が上限に達しているため、この変更は保存できませんでした。不要な内容を削除してください。",
  "no-space":
    "プラットフォームのディスクに空きがありません。変更はこのブラウザに保管され、空きができしだい保存されます。",
  "read-only": "このノートブックは閲覧のみ可能です。変更や実行はできません。",
  "too-fast": "一度に送られた要求が多すぎます。少し待ってからもう一度お試しください。",
  unavailable:
    "プラットフォームのデータベースに接続できません。操作は行われませんでした。数秒後にもう一度お試しください。",
  quota: ({ limit }) => ja.runtime.quota(limit),
  kind: ({ name }) =>
    `ご利用のプランには「${String(name)}」が含まれていません。「ランタイム ▸ ランタイムのタイプを変更」で別のタイプを選んでください。`,
  "no-runtime": "マシンがありません。「接続」を押すか、セルを実行してください。",
  "no-link": "マシンと通信できません。実行中の処理は続いています。数秒後にもう一度お試しください。",
  timeout: "時間内に応答がありませんでした。しばらく待つか、セッションを再起動してください。",
  answered: "この質問にはすでに回答されています。",
  ...machineRefusals,
}
